"""What somebody wants to propose, and what it would come to."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from central.county.catalogue.drafts.calls import Proposed
from central.county.catalogue.rules import Entries
from protocol.catalogue.changes.difference import Change
from protocol.catalogue.changes.terms import Language
from protocol.catalogue.findings import Finding
from protocol.trust.edition import Edition

Make = Callable[[Edition | None], Awaitable[tuple[Entries, Sequence[Finding]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Who proposes what."""

    make: Make  # the entries of the wanted catalogue, on top of a release
    author: str
    draft: int = 0  # whose content it is to be; 0: a new one
    replaces: str = ""  # digest of the draft's content that it was made from; empty: its own
    clears: bool = False  # what is planned is taken back
    base: int | None = None  # only on top of this release; None: of whichever is the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a draft would be."""

    proposed: Proposed
    english: Sequence[Change]  # the same changes: whoever reads may switch the language
    entries: Entries  # that it would have

    def said(self, language: Language) -> Proposed:
        """With its changes in words of a language."""
        return self.proposed if language == "zh" else replace(self.proposed, changes=self.english)
