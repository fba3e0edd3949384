"""Training: a folder of its own, from which nothing leaves."""
