"""The telephone desk on the console."""
