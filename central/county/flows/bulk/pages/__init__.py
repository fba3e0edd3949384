"""Deciding many cases on the console."""
