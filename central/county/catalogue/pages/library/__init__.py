"""The library of materials on pages: found, read, edited, and which items follow a paper."""
