"""What is wrong with a county, beside its relay."""
