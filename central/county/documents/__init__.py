"""Documents of cases that the county makes itself: composed, numbered, sealed, sent, told."""
