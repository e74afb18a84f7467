"""What `archspec data` shows: counts of classes, and pictures as a network will see them."""
