"""What is being filled in: the list, and the bin."""
