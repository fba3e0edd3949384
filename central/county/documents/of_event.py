"""What an event of a case says in the document that it brings.

Source: docs/documents.md, "By themselves".
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from central.county.casework.about import CaseAbout
from central.county.documents.drawing.facts import DocumentFacts
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody
from protocol.catalogue.documents import Schema
from protocol.catalogue.items.model import Item
from protocol.records.corrections import FieldFault


def facts_of_event(
    facts: DocumentFacts, about: CaseAbout, body: AnyBody, *, by: str, longer: date | None = None
) -> DocumentFacts:
    """The facts of a case, with what one of its events says.

    Args:
        by: who did it.
        longer: of a limit that is made longer: its new last day.
    """
    facts = replace(facts, handler=by)
    match body:
        case opening.CorrectionAsked(until=until):
            return replace(
                facts, faults=tuple(_wrong(body, about.item)), until=_day(until), accepted=None
            )
        case opening.NotAccepted(where=where) | opening.Transferred(where=where):
            return replace(facts, reasons=body.note, destination=where, accepted=None)
        case handling.Extended():
            return replace(facts, reasons=body.note, extended_to=longer)
        case closing.Decided():
            return replace(facts, reasons=body.note)
        case _:
            return facts


def _wrong(body: opening.CorrectionAsked, item: Item | None) -> Iterator[str]:
    """Everything that is to be corrected, each in a line; free words come last."""
    for fault in body.faults:
        yield f"{_what(fault, item)}：{fault.words}"
    if body.note.strip():
        yield body.note.strip()


def _what(fault: FieldFault, item: Item | None) -> str:
    if fault.material:
        paper = item.material(fault.material) if item else None
        page = f"第 {fault.page} 页" if fault.page else ""
        return f"{paper.name if paper else fault.material}{page}"
    return field_title(item.schema.document, fault.field) if item else fault.field


def field_title(schema: Schema, path: str) -> str:
    """A field as people call it: 家庭成员第 1 行姓名."""
    said: list[str] = []
    here: Schema = schema
    for name in path.split("."):
        if name.isdecimal():
            here = here.get("items", {})
            said.append(f"第 {int(name) + 1} 行")
        else:
            here = here.get("properties", {}).get(name, {})
            said.append(str(here.get("title") or name))
    return "".join(said)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
