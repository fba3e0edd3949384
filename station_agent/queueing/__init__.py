"""Waiting numbers of a market day."""
