"""What the county asks of the programs below it."""
