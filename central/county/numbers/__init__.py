"""Blocks of numbers that are issued to stations in advance."""
