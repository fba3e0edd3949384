"""Sticks of a hub or county, with requests to join among what they carry."""
