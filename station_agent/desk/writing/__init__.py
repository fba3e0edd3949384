"""What a clerk writes about an application or to the county: its form, its photos, sending it."""
