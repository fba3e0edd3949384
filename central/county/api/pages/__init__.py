"""The tokens of the API, on the console."""
