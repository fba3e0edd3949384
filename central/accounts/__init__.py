"""Who may log in to the pages of a hub or county, and what each role may do there."""
