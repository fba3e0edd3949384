"""How capabilities name to each other what belongs to a station."""

Key = tuple[str, bytes]
"""Station and application, or station and envelope."""
