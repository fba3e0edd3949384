"""What is kept of an application that is being filled in, and how it is sealed for the vault.

A draft is never checked to be saved: it may be incomplete and wrong. Texts are kept as they were
typed, by the names of their fields.

Source: docs/architecture.md, "Drafts".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from protocol.errors import DamagedError, MalformedError, PeerError
from protocol.json_values import from_json, to_json
from station_agent.drafts.acting import ActsFor
from station_agent.drafts.both import Aside
from station_agent.drafts.formats import Formats
from station_agent.drafts.moving import Said
from station_agent.store.desk.drafts import DraftRow
from station_agent.store.editions import FoundItem
from station_agent.store.vault import OpenVault


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """Of one draft: format 1."""

    item: str
    name: str  # of the item
    texts: Mapping[str, str] = field(repr=False)  # by the name of the field: household.0.name
    who: str = field(repr=False)  # who applies, as far as the form tells
    clerks: Sequence[str]  # who worked on it, in the order in which they came
    place: str = ""  # id on the page of the field that was being filled in
    identity: str = field(default="", repr=False)  # number of who applies; empty: not known
    agent: ActsFor | None = None  # who acts for the applicant; None: she came herself
    window: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """What was said on the pages around the form, by page and the names of their fields."""
    dropped: Sequence[Said] = ()  # typed in an older version of the item, and asked no more
    tab: str = ""  # open page that saved last
    aside: Aside | None = None  # what another page sent meanwhile; None: nothing, or it is settled
    corrects: str = ""  # id of the application that was returned, which this one answers
    replaces: str = ""  # id of the one that the county could not take, which this one replaces
    follows: str = ""  # id of the application that these papers follow; no application itself

    @property
    def earlier(self) -> str:
        """The application that it corrects or replaces; empty: none."""
        return self.corrects or self.replaces


BLANK = DraftContent(item="", name="", texts={}, who="", clerks=())


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """An item as it was when a draft was begun; JSON as it stood in the release."""

    release: int
    since: str
    entry: str
    library: Mapping[str, str]

    @classmethod
    def of(cls, found: FoundItem) -> "HeldItem":
        """What was found in the release that is held."""
        return cls(
            release=found.release,
            since=found.since,
            entry=(found.entry or b"").decode(),
            library={name: entry.decode() for name, entry in found.library.items()},
        )

    @property
    def found(self) -> FoundItem:
        """As it was found."""
        return FoundItem(
            release=self.release,
            since=self.since,
            entry=self.entry.encode(),
            library={name: entry.encode() for name, entry in self.library.items()},
        )


def read_content(opened: OpenVault, row: DraftRow, formats: Formats) -> DraftContent:
    """What is kept of a draft.

    Raises:
        FillingNewerError: a newer program wrote it.
        DamagedError: it can't be opened.
    """
    plain = _taken_out(opened, content_context(row.application), row.sealed)
    try:
        return from_json(formats.read(plain, row.format), DraftContent)
    except MalformedError:
        raise DamagedError("the content of a draft is not what was written") from None


def read_item(opened: OpenVault, row: DraftRow) -> HeldItem:
    """The item as it was when the draft was begun. Raises DamagedError."""
    try:
        return from_json(
            json.loads(_taken_out(opened, item_context(row.application), row.item)), HeldItem
        )
    except (MalformedError, ValueError):
        raise DamagedError("the item of a draft is not what was written") from None


def plain_bytes(value: DraftContent | HeldItem) -> bytes:
    """What is sealed of it."""
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")).encode()


def content_context(application: str) -> str:
    """What the sealed content of a draft is bound to."""
    return f"draft {application}"


def item_context(application: str) -> str:
    """What the sealed item of a draft is bound to."""
    return f"draft item {application}"


def _taken_out(opened: OpenVault, context: str, sealed: bytes) -> bytes:
    try:
        return opened.rows.take_out(context, sealed)
    except PeerError:
        raise DamagedError(f"{context}: of another vault, or changed") from None
