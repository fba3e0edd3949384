"""What the county says to every clerk, confirmed by name."""
