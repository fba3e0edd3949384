"""The tables that the rooms of the relay share."""
