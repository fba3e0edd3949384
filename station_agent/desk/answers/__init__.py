"""What the county answered: opened, printed, handed over."""
