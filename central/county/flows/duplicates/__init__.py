"""Cases of the same applicant and item: side by side, then linked, merged, or said to be two."""
