"""The page on which one fee rule of an item is edited by those who know no JSON."""
