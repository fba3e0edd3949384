"""What is wrong with an authority."""
