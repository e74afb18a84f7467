"""Pictures of networks, and charts of their figures."""
