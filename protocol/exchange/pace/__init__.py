"""How fast an exchange goes: pauses, how much is under way, stalls, neighbours without room."""
