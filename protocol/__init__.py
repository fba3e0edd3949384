"""What the nodes say to each other: envelopes, certificates, catalogue and the exchange."""
