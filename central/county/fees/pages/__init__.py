"""Fees on the console: of a case, and of a day."""
