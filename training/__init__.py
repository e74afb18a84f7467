"""All that learns: data, training, evaluation."""
