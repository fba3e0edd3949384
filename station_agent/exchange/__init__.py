"""The exchange with the parent, and which parent that is now."""
