"""What the county answered takes its effect."""
