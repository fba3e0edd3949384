"""Finding cases by whom they are about: an index of names and identity numbers, and its key."""
