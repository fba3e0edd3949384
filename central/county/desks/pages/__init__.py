"""The page on which desks are released."""
