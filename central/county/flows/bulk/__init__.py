"""Deciding many cases at once, where their items allow it: one event each."""
