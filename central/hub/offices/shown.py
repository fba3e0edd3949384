"""A case of the office as people and programs read it."""

from collections.abc import Sequence

from central.hub.offices.book import Held
from central.hub.offices.calls import (
    CaseListed,
    Happened,
    NewsShown,
    OfficeCaseShown,
    PaperShown,
)
from central.hub.offices.models import OfficeCaseRow
from protocol.casework.events.log import Event, kind_of
from protocol.casework.offices import enabled_at
from protocol.casework.persons import refused_to
from protocol.envelope.attachments import Attachment
from protocol.ids import NodeId
from protocol.json_values import to_json
from protocol.records.followups import subject_name

ANOTHER = "another"  # application, beside this one


def listed(row: OfficeCaseRow, village: str) -> CaseListed:
    """As a list has it."""
    return CaseListed(
        case=row.number,
        item=row.item,
        station=row.station,
        village=village,
        state=row.state,
        due=row.due if row.owned else "",
        given_ms=row.given_ms,
        owned=row.owned,
        confirmed=row.confirmed >= row.n,
        code=row.code,
    )


def shown(
    held: Held, village: str, office: NodeId, here: Sequence[bool], *, reader: str
) -> OfficeCaseShown:
    """All of it.

    Args:
        here: of each attachment, whether its file has come.
        reader: who wants to go on with it.
    """
    node = held.rules.here(held.status)
    steps = enabled_at(held.status, held.rules, office) if held.row.owned else ()
    said = {one.action: refused_to(one, held.status, held.rules, reader) for one in steps}
    return OfficeCaseShown(
        listed=listed(held.row, village),
        application=held.row.application.hex(),
        given=held.given.given,
        form=held.given.form,
        schema=held.item.schema.document,
        papers=_papers(held, held.given.attachments, here),
        news=_news(held, here),
        n=held.status.n,
        node=node.name if node else "",
        holder=held.status.holder,
        enabled=[name for name, why in said.items() if not why],
        refused=next((why for why in said.values() if why), ""),
        events=[_happened(one) for one in held.events],
        said=held.said,
    )


def _happened(event: Event) -> Happened:
    body = to_json(event.body)
    return Happened(
        n=event.n,
        kind=kind_of(event.body),
        at_ms=event.at_ms,
        by=event.by,
        right=event.right,
        body={name: value for name, value in body.items() if name != "kind"},
    )


def _papers(held: Held, files: Sequence[Attachment], here: Sequence[bool]) -> Sequence[PaperShown]:
    materials = {
        one.id: one.name for paper in held.item.materials for one in (paper, *paper.promises())
    }
    return [
        PaperShown(
            material=materials.get(file.material, file.material),
            name=file.name,
            size=file.size,
            is_here=is_here,
        )
        for file, is_here in zip(files, here, strict=False)
    ]


def _news(held: Held, here: Sequence[bool]) -> Sequence[NewsShown]:
    """In the order in which it came; its papers stand behind those of the case."""
    found, first = list[NewsShown](), len(held.given.attachments)
    for one in held.news:
        found.append(
            NewsShown(
                about=subject_name(one.said.subject) if one.said else ANOTHER,
                came_ms=one.came_ms,
                said=to_json(one.said.subject) if one.said else {},
                clerk=one.said.clerk if one.said else "",
                case="" if one.said else one.ref,
                papers=_papers(held, one.attachments, here[first:]),
                first=first,
            )
        )
        first += len(one.attachments)
    return found
