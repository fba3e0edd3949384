"""How much one origin, one neighbour or the disk may bear."""
