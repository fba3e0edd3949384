"""Files of a case: as they came, opened for a person, written into a folder or a package."""
