"""What a release says of the draft that it was: signed with it, and read by every station.

Source: docs/publishing.md.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from central.county.catalogue.drafts.models import DraftRow
from central.county.catalogue.drafts.persons import same_person
from central.county.catalogue.rules import Entries
from protocol.catalogue.changes.difference import differences
from protocol.catalogue.changes.drafts import drafts_entry
from protocol.catalogue.changes.names import REVIEW
from protocol.catalogue.changes.planned import in_force
from protocol.catalogue.changes.versions import minified


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who wrote and who approved a release, as it was signed; empty: published without review."""

    draft: int | None = None
    author: str = ""
    authors: Sequence[str] = ()  # everybody who had a hand in it; one alone is named once
    approver: str = ""
    digest: str = ""  # of the draft, in hex
    start: str = ""  # the day from which on it counts; empty: at once

    @classmethod
    def read(cls, entries: Entries) -> Self:
        """Of a release."""
        said: dict[str, Any] = json.loads(entries.get(REVIEW, b"{}"))
        author = said.get("author", "")
        return cls(
            draft=said.get("draft"),
            author=author,
            authors=said.get("authors", [author] if author else []),
            approver=said.get("approver", ""),
            digest=said.get("digest", ""),
            start=said.get("from", ""),
        )


def review_entry(row: DraftRow, authors: Sequence[str], start: date | None) -> Entries:
    """Who wrote and who approved it, by which digest; the entry of the release about its review."""
    others = [one for one in authors if not same_person(one, row.approver)]  # copied it later
    said: dict[str, object] = {"draft": row.number, "author": row.author}
    said |= {"approver": row.approver, "digest": row.digest.hex()}
    said |= {"authors": others} if len(others) > 1 else {}
    said |= {"from": start.isoformat()} if start else {}
    return {REVIEW: minified(said)}


def begun_until(before: Entries, wanted: Entries, start: date | None, today: date) -> Entries:
    """Until when begun forms go on in the old version, as an entry of the release."""
    present = in_force(before, today.isoformat())
    begins = max(start, today) if start else today
    changes = differences(present, wanted)
    return drafts_entry(changes, present, wanted, begins=begins, today=today)
