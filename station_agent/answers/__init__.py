"""What the county answered: shown, handed over to the citizen, and recorded."""
