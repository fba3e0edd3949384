"""Departments of the county: their posts, who fills them, who stands in, and what is delegated."""
