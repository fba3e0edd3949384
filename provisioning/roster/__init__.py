"""The roster as an administrator reads it, and what each node on it may use."""
