"""The archive package of a case: what its bytes are, and what proves them, without any county.

Source: docs/archive.md.
"""
