"""Running a server of either role: its settings, its site over TLS, an orderly end."""
