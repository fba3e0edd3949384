"""What happens to a case: the bodies of events by the time of its life, and the log's record."""
