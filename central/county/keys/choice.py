"""Which key of the county is meant: a command line says so by these words."""

OPENING, SIGNING, TLS = "opening", "signing", "tls"
KEYS = (OPENING, SIGNING, TLS)
