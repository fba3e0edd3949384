"""Log lines as JSON, and repeated ones counted."""
