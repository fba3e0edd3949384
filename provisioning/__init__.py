"""The authority: keys, certificates, the roster, kits and joining codes."""
