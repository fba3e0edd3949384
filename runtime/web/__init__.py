"""What all pages share: guards, login pages, templates, languages, background tasks, downloads."""
