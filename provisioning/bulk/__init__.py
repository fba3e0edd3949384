"""Many nodes at once: a table is read, all of it is checked, kits and cards are written."""
