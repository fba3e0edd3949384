"""Letters to the county, and their answers."""
