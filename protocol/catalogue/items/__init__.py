"""Items, their materials, and the entries of a release that they become."""
