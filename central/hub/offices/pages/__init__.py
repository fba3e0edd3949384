"""The pages of a township's office on its board."""
