"""Calendars: working days, limits in three units, the lunar calendar, market days."""
