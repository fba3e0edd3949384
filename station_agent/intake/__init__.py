"""Taking in an application: checked, encrypted, sealed, on disk, and only then reported."""
