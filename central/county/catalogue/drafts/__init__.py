"""Drafts of the catalogue: proposed, reviewed by a second person, published as approved."""
