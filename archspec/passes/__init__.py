"""Pure functions from a graph to a result; a table over the primitives each."""
