"""The page on which the fields of an item's form are edited by those who know no JSON."""
