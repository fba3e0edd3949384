"""The measures on bad lines: ours and the peers', each on a line of its own, at the same time."""
