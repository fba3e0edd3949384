"""How an application becomes a case, with its number and its files."""
