"""Graph -> keras.Model, on whichever backend Keras runs."""
