"""The authority: keys, certificates, the roster, kits, joining codes and revocation."""
