"""By what nodes believe each other: editions, roster, certificates, kits, signed reports."""
