"""Templates of the documents that a county issues: how they are called, and what they say."""
