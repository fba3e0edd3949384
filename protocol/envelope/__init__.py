"""What travels sealed: envelopes, what they carry, keys, suites, blobs, compression."""
