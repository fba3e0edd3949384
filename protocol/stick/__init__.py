"""The same things as files on a stick."""
