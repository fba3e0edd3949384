"""Numbers that are given out in advance, in blocks, and used where no line is (docs/numbers.md)."""
