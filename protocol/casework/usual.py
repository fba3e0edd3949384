"""The steps that somebody may take now, in the order in which people look for them."""

from collections.abc import Collection

USUAL = (
    *("take", "pay-first", "accept", "ask-correction", "not-accept", "transfer"),
    *("confirm-correction", "record-papers", "settle-objection", "resume", "give-opinion"),
    *("begin-publicity", "end-publicity", "pass", "decide", "return-to-county"),
    *("tell", "deliver", "close", "archive"),
    *("ask-opinion", "suspend", "extend", "send-back", "hand-over", "give-back", "withdraw"),
)
"""What a day's work is made of: what moves a case on comes first."""


def usual_first(enabled: Collection[str]) -> tuple[list[str], list[str]]:
    """What is usual, in its order, and what is seldom, as it came."""
    return [one for one in USUAL if one in enabled], [one for one in enabled if one not in USUAL]
