"""Files that must survive: private, atomic, synced; room on the disk, and locks."""
