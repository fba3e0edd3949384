"""Ratings (好差评): bad ones are called back and answered, and all are summed."""
