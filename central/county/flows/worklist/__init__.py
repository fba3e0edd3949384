"""The work list: open cases by urgency, of those places at which somebody works."""
