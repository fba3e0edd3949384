"""What the control socket of the county offers."""
