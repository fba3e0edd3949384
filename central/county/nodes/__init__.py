"""Nodes: how each hub and station is doing, and who has not been heard of."""
