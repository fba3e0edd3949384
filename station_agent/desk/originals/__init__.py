"""Originals that travel in the bag, as the clerk writes them down and prints them."""
