"""What is wrong with a station."""
