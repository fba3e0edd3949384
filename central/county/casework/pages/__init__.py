"""Cases on the console: lists, and one page for each."""
