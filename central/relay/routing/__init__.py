"""Which neighbour is next for what is addressed to a node."""
