"""Pages of the catalogue: browse, one item, its flow, its fee, calendars."""
