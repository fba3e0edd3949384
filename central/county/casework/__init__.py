"""Cases: applications inside the county, their attachments, and what is decided."""
