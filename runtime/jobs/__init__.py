"""Work that is done again and again, and loops that must never be silently dead."""
