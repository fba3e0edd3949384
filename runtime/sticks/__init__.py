"""Sticks and drop folders: bags on disk, and what moves between them and a node's store."""
