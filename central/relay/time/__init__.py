"""The time that the county signs: taken, kept, passed on."""
