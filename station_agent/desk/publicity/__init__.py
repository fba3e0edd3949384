"""Posters in the village, and objections to them."""
