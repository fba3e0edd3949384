"""Days off of the county, and market days of townships: edited, and shown for the next 60 days."""
