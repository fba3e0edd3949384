"""Other programs that carry the same records, measured beside ours."""
