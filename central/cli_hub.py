"""The program at its old place, until every checkout is set up anew."""

from central.commands.hub import main

__all__ = ["main"]
