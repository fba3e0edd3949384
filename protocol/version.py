"""Which program this is. After an upgrade what was refused or failed on is tried again."""

PROGRAM = "0.1.0"  # as in pyproject.toml
