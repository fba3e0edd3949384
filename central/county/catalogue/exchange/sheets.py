"""A catalogue file as sheets: rows of text under headings.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from central.county.catalogue.exchange import layout, parts
from central.county.catalogue.exchange.cells import Code
from central.county.catalogue.exchange.layout import Sheet
from central.county.catalogue.exchange.parts import Part
from central.county.catalogue.exchange.records import spread
from protocol.catalogue.documents import Document

Rows = list[dict[str, str]]  # each by heading
Book = dict[str, Rows]  # by the name of the sheet, in the order of the layout

_LEADS: Mapping[str, tuple[str, ...]] = {
    layout.ITEMS.name: (),
    layout.LIBRARY.name: (),
    layout.FAULTS.name: (layout.MATERIAL,),
    layout.LOCAL.name: (layout.DIVISION, layout.ITEM),
    layout.MARKETS.name: (layout.DIVISION,),
    layout.ABOUT.name: (),
}
SHEETS: tuple[Sheet, ...] = (
    *(layout.ABOUT, layout.ITEMS, *layout.LISTS, layout.FORMS, layout.FIELDS),
    *(layout.LIBRARY, layout.FAULTS, layout.LOCAL, layout.MARKETS),
)


def leads_of(sheet: Sheet) -> tuple[str, ...]:
    """The headings that say to which record a row of this sheet belongs."""
    return _LEADS.get(sheet.name, (layout.ITEM,))


def heads_of(sheet: Sheet) -> tuple[str, ...]:
    """Every heading of a sheet, in order."""
    return (*leads_of(sheet), *sheet.heads)


def book_of(document: Document) -> Book:
    """The sheets of a catalogue file; read again, it is the same file."""
    book: Book = {sheet.name: [] for sheet in SHEETS}
    about = dict(document)
    for item in about.pop("items"):
        _add_item(book, item)
    _add_library(book, about)
    _add_local(book, about)
    _add_markets(book, about)
    for key, value in about.items():
        book[layout.ABOUT.name].append(spread({parts.AT_ID: key, "value": value}, layout.ABOUT))
    return book


def _add_item(book: Book, item: Part) -> None:
    item, code = dict(item), _lead(item["id"])
    item.pop("version", None)  # set at publishing
    if code is None:  # 1.0: a table program would have made it of 1
        book[layout.ITEMS.name].append(spread(item, layout.ITEMS))
        return
    for sheet in layout.LISTS:
        rows = parts.LISTS.get(sheet.key, parts.PLAIN).rows(item.get(sheet.key))
        if rows is not None:
            book[sheet.name] += [{layout.ITEM: code, **spread(one, sheet)} for one in rows]
            del item[sheet.key]
    if item.get("materials") == []:
        del item["materials"]
    if isinstance(item.get("schema"), dict):
        form, fields = parts.fields_apart(item.pop("schema"))
        book[layout.FORMS.name].append({layout.ITEM: code, **spread(form, layout.FORMS)})
        rows = [{layout.ITEM: code, **spread(one, layout.FIELDS)} for one in fields]
        book[layout.FIELDS.name] += rows
    book[layout.ITEMS.name].append(spread(item, layout.ITEMS))


def _add_library(book: Book, about: dict[str, Any]) -> None:
    library = about.get("materials")
    if not isinstance(library, dict) or not library:
        return
    if not all(isinstance(one, dict) and parts.AT_ID not in one for one in library.values()):
        return
    if None in map(_lead, library):
        return
    del about["materials"]
    for code, material in library.items():
        rest = dict(material)
        faults = parts.PLAIN.rows(rest.get("faults"))
        if faults is not None:
            del rest["faults"]
            book[layout.FAULTS.name] += [
                {layout.MATERIAL: str(_lead(code)), **spread(one, layout.FAULTS)} for one in faults
            ]
        book[layout.LIBRARY.name].append(spread({parts.AT_ID: code, **rest}, layout.LIBRARY))


def _add_local(book: Book, about: dict[str, Any]) -> None:
    local = about.get("local")
    if not isinstance(local, dict) or not local or not all(map(_is_local, local.values())):
        return
    if None in map(
        _lead, (*local, *(code for one in local.values() for code in one.get("items", {})))
    ):
        return
    del about["local"]
    for code, one in local.items():
        every = {key: value for key, value in one.items() if key != "items"}
        for item, narrowed in _narrowed(every, one.get("items")):
            lead = {layout.DIVISION: str(_lead(code))}
            lead |= {layout.ITEM: str(_lead(item))} if item else {}
            book[layout.LOCAL.name].append({**lead, **spread(narrowed, layout.LOCAL)})


def _narrowed(every: Part, items: Mapping[str, Part] | None) -> Iterator[tuple[str, Part]]:
    if every or not items:
        yield "", every
    yield from (items or {}).items()


def _is_local(one: object) -> bool:
    if not isinstance(one, dict):
        return False
    items = one.get("items", {"-": {}})
    return (
        isinstance(items, dict) and bool(items) and all(isinstance(n, dict) for n in items.values())
    )


def _add_markets(book: Book, about: dict[str, Any]) -> None:
    markets = about.get("market_days")
    if not isinstance(markets, dict) or not markets:
        return
    if not all(isinstance(rules, list) and rules for rules in markets.values()):
        return
    if None in map(_lead, markets):
        return
    del about["market_days"]
    for code, rules in markets.items():
        for rule in rules:
            row = spread({"rule": rule}, layout.MARKETS)
            book[layout.MARKETS.name].append({layout.DIVISION: str(_lead(code)), **row})


def _lead(code: object) -> str | None:
    """A code as the cell that says to which record a row belongs; None if none could."""
    return Code().show(code)
