"""Supervision (电子监察): rules as data, cards given once, and what the clock does."""
