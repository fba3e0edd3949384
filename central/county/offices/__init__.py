"""Cases that an office of a township works on: sealed for it, and gone on with by its word."""
