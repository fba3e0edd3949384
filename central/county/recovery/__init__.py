"""A county brought back from a backup, or found to have been set back."""
