"""What a save makes of a draft."""

from collections.abc import Sequence
from dataclasses import replace

from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.items.release import parse_item
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.content import DraftContent, HeldItem
from station_agent.drafts.person import identity_of


def with_clerk(content: DraftContent, clerk: str) -> Sequence[str]:
    """Who worked on it, this clerk too."""
    return [*content.clerks, *([clerk] if clerk not in content.clerks else [])]


def changed(before: DraftContent, held: HeldItem, wanted: SaveDraft, clerk: str) -> DraftContent:
    """The draft once this is saved."""
    item = parse_item(held.found.entry or b"", held.found.library)
    form = read_entry(item.schema, wanted.texts)
    return replace(
        before,
        name=item.name,
        texts=dict(wanted.texts),
        who=applicant_name(item.schema.document, form),
        identity=identity_of(item.schema, form),
        clerks=with_clerk(before, clerk),
        place=wanted.place or before.place,
        tab=wanted.seen.page if wanted.seen else "",
        aside=None if wanted.seen and wanted.seen.settles else before.aside,
    )
