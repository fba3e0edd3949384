"""Review: what withdrawn or lost PCs had sealed waits in a review queue for a person's word."""
