"""A row of a batch as it stands: its form, what is wrong in it, and whether it may be handed in.

It is checked as the form of a single application is, by the same check.

Source: docs/operations.md, "Market day".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.items.application import missing_of
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.ids import ApplicationId
from station_agent.drafts.content import HeldItem
from station_agent.drafts.service import Draft
from station_agent.drafts.signing import CHECK_PAGE, signature_said, signs_apart
from station_agent.store.desk.batches import Member

_ITEMS_KEPT = 16
DRAFT, GONE = "draft", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of a batch."""

    application: ApplicationId
    position: int
    state: str  # DRAFT, GONE, or how far it is proved to have got
    who: str = field(default="", repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    number: str | None = None
    faults: Sequence[FormFault] = ()
    papers: Sequence[str] = ()  # that have to come and are not there
    signed: bool = True  # on paper; False: the county is told that it is not
    same_as: int | None = None
    draft: Draft | None = field(default=None, repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether it can be handed in as it is."""
        return self.state == DRAFT and not self.faults and not self.papers

    @property
    def lacks(self) -> bool:
        """Whether there is something to do before it is handed in."""
        return self.state == DRAFT and not (self.is_whole and self.signed)


def open_row(member: Member, draft: Draft, attached: Sequence[str]) -> Row:
    """A row that is being filled in.

    Args:
        attached: ids of materials, one for each page that has come.
    """
    item = item_of(draft.item)
    form = form_of(item, draft.content.texts)
    faults = item.schema.faults(form)
    papers = () if faults else missing_of(item, form, attached)
    return Row(
        application=member.application,
        position=member.position,
        state=DRAFT,
        who=draft.content.who,
        texts=draft.content.texts,
        faults=faults,
        papers=[one.paper.name for one in papers],
        signed=not signs_apart(item.schema) or is_signed(draft),
        draft=draft,
    )


def is_signed(draft: Draft) -> bool:
    """Whether it was ticked how this draft was signed on paper."""
    return signature_said(draft.content.window.get(CHECK_PAGE, {})) is not None


def form_of(item: Item, texts: Mapping[str, str]) -> FormData:
    """The form in what was typed, as the page of a single one reads it."""
    return with_derived(read_entry(item.schema, texts), item.schema.meant)


def item_of(held: HeldItem) -> Item:
    """The item as it was kept; of a batch it is nearly always the same one."""
    return _parsed(held.entry, tuple(sorted(held.library.items())))


@lru_cache(maxsize=_ITEMS_KEPT)
def _parsed(entry: str, library: tuple[tuple[str, str], ...]) -> Item:
    return parse_item(entry.encode(), {name: text.encode() for name, text in library})
