"""The life of a case on pages of the console: what happened, what may be done, and doing it."""
