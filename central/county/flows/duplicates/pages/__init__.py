"""Cases that may be one, on the console."""
