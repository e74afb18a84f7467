"""What a graph is built with; one folder a framework."""
