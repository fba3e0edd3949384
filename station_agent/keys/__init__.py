"""Joining, renewal of keys, and whether the county has withdrawn this PC."""
