"""The work list on the console."""
