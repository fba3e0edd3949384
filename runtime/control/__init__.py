"""One owner of a data folder: its lock, and the socket by which others reach it."""
