"""What a station keeps on disk: one database, the journal of envelopes, and blobs as files."""
