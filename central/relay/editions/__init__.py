"""Roster and catalogue as this node holds them, whole and in parts."""
