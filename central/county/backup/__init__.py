"""Backups: an online copy of the whole county, what is told SAFE because of it, the way back."""
