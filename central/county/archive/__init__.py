"""What becomes of a closed case: its archive package, that it was moved away, and its purge."""
