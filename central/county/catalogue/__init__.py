"""The catalogue: from the county's file to signed, numbered releases."""
