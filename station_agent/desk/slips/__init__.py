"""Printing slips for citizens."""
