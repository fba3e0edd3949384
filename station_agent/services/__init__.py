"""What a station does: take in, exchange, deliver, join, tell its status, keep house."""
