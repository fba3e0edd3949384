"""What follows an application, and letters: kept, joined to its case, shown, answered."""
