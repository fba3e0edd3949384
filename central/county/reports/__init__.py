"""Monthly reports: made once a month has ended, kept as bytes, and never changed."""
