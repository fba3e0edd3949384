"""Drafts: applications that are being filled in, on disk and sealed."""
