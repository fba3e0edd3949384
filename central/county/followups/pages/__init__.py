"""Letters to the county on the console."""
