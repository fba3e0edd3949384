"""Fees: rules as data, and the sheet that a rule gives for the facts of one application."""
