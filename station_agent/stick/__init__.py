"""Sticks of a village PC."""
