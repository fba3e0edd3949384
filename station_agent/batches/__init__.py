"""One item for many people: a common part, and a table of people."""
