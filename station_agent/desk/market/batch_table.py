"""How a batch is shown: its common part as a form, its people as pages of a table.

Source: docs/operations.md, "Market day".
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Cell
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import YizhanError
from protocol.errors.market import BatchElsewhereError, BatchUnknownError
from protocol.ids import ApplicationId
from runtime.web.numbers import whole_number
from runtime.web.page import Page
from station_agent.batches.columns import MAX_ROWS, columns_of, is_blank
from station_agent.batches.rows import Row, item_of
from station_agent.batches.seen import RowSeen, told_of
from station_agent.batches.service import Batch
from station_agent.desk.keys import DESK, opened_of
from station_agent.drafts.both import differing
from station_agent.intake.calls import ItemShown

PAGE = 25  # people on one page of the table
_NEW = 3  # empty rows to type into, on the last page

Typed = Mapping[ApplicationId, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as the page shows it."""

    application: ApplicationId
    position: int | None  # None: an empty one
    texts: Mapping[str, str] = field(default_factory=dict)
    row: Row | None = None
    faults: Mapping[str, Sequence[FormFault]] = field(default_factory=dict)  # by column
    elsewhere: Sequence[FormFault] = ()  # at fields that are no column
    seen: str = ""  # what the page is to know of it
    kept: Mapping[str, str] = field(default_factory=dict)  # cells that another page saved otherwise


async def show_common(
    page: Page,
    item: ItemShown,
    *,
    error: YizhanError | None = None,
    typed: Mapping[str, str] | None = None,
) -> web.Response:
    """The form with what all have in common; nothing in it is checked yet."""
    batch, texts = page.request.match_info["batch"], typed
    found: Batch | None = None
    with suppress(BatchUnknownError):  # a new one
        found = await page.request.app[DESK].batches().batches.find(opened_of(page), batch)
    if texts is None:
        texts = found.content.common if found else {}
    schema = item_of(found.content.held).schema if found else FormSchema(item.form)
    laid = layout(schema, read_entry(schema, texts), language=page.language)
    return page.show(
        "desk/batch_common.html",
        item=item,
        batch=batch,
        laid=laid,
        rows=len(found.rows) if found else 0,
        saved_ms=found.saved_ms if found else None,
        error=error,
    )


async def show_batch(
    page: Page,
    *,
    error: YizhanError | None = None,
    typed: Typed | None = None,
    pasted: str = "",
) -> web.Response:
    """The table. What was typed and not saved stays on the page."""
    desk = page.request.app[DESK]
    found = await desk.batches().batches.find(opened_of(page), page.request.match_info["batch"])
    schema = item_of(found.content.held).schema
    number, last = _page(page.request.query.get("page", ""), found)
    refused = error.rows if isinstance(error, BatchElsewhereError) else None
    lines = [*_lines(found, number, typed or {}, refused), *_unsaved(found, typed or {})]
    if number == last and len(found.rows) < MAX_ROWS:
        new = [ApplicationId(desk.batches().batches.new_id()) for _ in range(_NEW)]
        lines += [Line(application=own, position=None) for own in new]
    return page.show(
        "desk/batch.html",
        status=200 if error is None else 400,
        found=found,
        common=_said(schema, found, page.language),
        columns=columns_of(schema, found.content.common, page.language),
        lines=lines,
        number=number,
        last=last,
        today=desk.drafts.today(),
        pasted=pasted,
        tab=desk.batches().batches.new_id(),
        error=error,
    )


def _page(said: str, found: Batch) -> tuple[int, int]:
    """Which page of the table, and how many there are."""
    last = max(1, -(-len(found.rows) // PAGE))
    return (last if said == "last" else whole_number(said, most=last) or 1), last


def _lines(found: Batch, number: int, typed: Typed, refused: Sequence[str] | None) -> list[Line]:
    """The rows of a page. ``refused``: those that another page saved; None: nothing was kept."""
    names = {one.name for one in found.columns}
    return [
        _line(
            row,
            names,
            typed.get(row.application, {}) if refused is None or row.application in refused else {},
            is_refused=row.application in (refused or ()),
        )
        for row in found.rows[(number - 1) * PAGE : number * PAGE]
    ]


def _unsaved(found: Batch, typed: Typed) -> list[Line]:
    """What was typed into empty rows and could not be kept."""
    known = {row.application for row in found.rows}
    return [
        Line(application=own, position=None, texts=texts)
        for own, texts in typed.items()
        if own not in known and not is_blank(texts)
    ]


def _line(row: Row, names: set[str], typed: Mapping[str, str], *, is_refused: bool) -> Line:
    cells = {name: text for name, text in row.texts.items() if name in names}
    saved_ms = row.draft.saved_ms if row.draft else 0
    by_name: dict[str, list[FormFault]] = {}
    for one in row.faults:
        by_name.setdefault(".".join(map(str, one.path)), []).append(one)
    return Line(
        application=row.application,
        position=row.position,
        texts={**row.texts, **typed},
        row=row,
        faults={name: faults for name, faults in by_name.items() if name in names},
        seen=RowSeen(saved_ms=saved_ms, told=told_of(cells)).text,
        kept={one.name: one.kept for one in differing(cells, typed)} if is_refused else {},
        elsewhere=[one for name, some in by_name.items() if name not in names for one in some],
    )


def _said(schema: FormSchema, found: Batch, language: str) -> Sequence[tuple[str, str]]:
    """The common part in words."""
    form = read_entry(schema, found.content.common)
    laid = layout(schema, form, language=language, spare_rows=0)
    parts = [part for section in laid.sections for part in section.parts]
    cells = [
        cell
        for part in parts
        for cell in ((part,) if isinstance(part, Cell) else part.rows[0] if part.rows else ())
    ]
    return [(cell.title, cell.text) for cell in cells if cell.filled]
