"""How an item and a month are shown: rows, sections, a drawing, a grid, and fields in words."""
