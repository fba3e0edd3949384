"""What the relay asks of the role that it serves."""
