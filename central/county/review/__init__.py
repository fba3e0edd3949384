"""Review: what withdrawn or lost PCs had sealed waits in a tray for a person's word."""
