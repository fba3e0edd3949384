"""What the county says to everybody at a desk: each clerk confirms by name that she has read it."""
