"""Papers: pages of what an application needs, taken in at the desk and sealed at once."""
