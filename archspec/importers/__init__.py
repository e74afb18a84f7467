"""Networks and weights of others: which of their names are which of ours (data), and their readers."""
