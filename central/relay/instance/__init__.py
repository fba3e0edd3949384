"""One instance of the database, and what shows that a county was rolled back."""
