"""The life of a case: its states, what may happen in each, and how far a log of it has got."""
