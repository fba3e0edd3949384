"""The page that is turned to a citizen, and the sums that the clerk sees."""
