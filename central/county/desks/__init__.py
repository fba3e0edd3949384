"""Desks of villages that the county releases, where no clerk knows a password any more."""
