"""Supervision: what each station has sealed, and what of it is here, missing or doubled."""
