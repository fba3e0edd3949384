"""What a neighbour refused or this program failed on: deferred, and offered again."""
