"""Originals and certificates that travel in the bag: signed over at each stop."""
