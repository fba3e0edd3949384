"""Entries that publishing itself makes; no file has them."""

from protocol.catalogue.finding.readings import FIND

__all__ = ["DRAFTS", "FIND", "MADE", "REVIEW", "WITHDRAWN"]

REVIEW = "@review"  # who wrote and who approved a release
DRAFTS = "@drafts"  # until when drafts of an old version go on
WITHDRAWN = "@gone"  # versions of items of which nothing is left
MADE = frozenset((REVIEW, DRAFTS, WITHDRAWN))
