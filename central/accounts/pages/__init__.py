"""Pages of accounts: one's own, those of others, what takes two persons, what is shown once."""
