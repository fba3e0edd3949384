"""What a county adds to the relay: it opens envelopes, keeps cases, publishes and audits."""
