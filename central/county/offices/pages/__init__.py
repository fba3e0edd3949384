"""The page of the keys of offices of townships."""
