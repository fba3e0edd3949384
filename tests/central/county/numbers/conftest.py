"""On a ground that no other tests stand on: stations are withdrawn and replaced."""

from tests.central.county.grounds import own_ground

lasting_ground = own_ground("numbers")
