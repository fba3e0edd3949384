"""Market day: waiting numbers, and one item for many people."""
