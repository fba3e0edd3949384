"""Who did what on the authority and the county: append-only, hash-chained, kept half a year."""
