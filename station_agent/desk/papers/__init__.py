"""The papers of an application that is being filled in."""
