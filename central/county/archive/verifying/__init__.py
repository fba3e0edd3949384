"""Verifying an archive package from its file alone: no county, no network, no folder."""
