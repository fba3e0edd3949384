"""Keys in a safe: sealed files that only several people together can open, and drills of that."""
