"""Client and server of an exchange over TLS: they move bytes and commit."""
