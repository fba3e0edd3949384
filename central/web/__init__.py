"""What the pages of hub and county share: entrance, guards, templates, languages, long works."""
