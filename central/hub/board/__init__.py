"""The hub's board: counts, ages and sizes for its operator, and sticks; never content."""
