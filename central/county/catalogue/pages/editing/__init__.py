"""Editing an item on a page: controls for what is simple, checked text for what is not."""
