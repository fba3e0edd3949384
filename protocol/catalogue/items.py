"""The catalogue: which items a county offers, their materials, and the schema of each form.

A release is an edition whose entries are items as minified JSON, keyed by the item's code, so
that an item that did not change costs nothing to send. Releases never change; an application
names the one that it was filled in under.

Source: docs/catalogue.md; docs/protocol.md section 7.3.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.catalogue.calendars.market import Market, read_market
from protocol.catalogue.calendars.workdays import Calendar, calendar_entry, read_calendar
from protocol.catalogue.fees.sheet import checked_rules
from protocol.catalogue.forms import FormSchema, parse_json
from protocol.envelope.keys import Publics
from protocol.errors import (
    CatalogueError,
    ItemUnknownError,
    NeedsNewerError,
    RollbackError,
)
from protocol.limits import (
    MAX_CATALOGUE_FILE_BYTES,
    MAX_EDITION_ENTRIES,
    MAX_ENTRY_BYTES,
    MAX_FILE_BYTES,
    MAX_NAME_CHARS,
)
from protocol.trust.edition import (
    Edition,
    Kind,
    apply_changes,
    known_head,
    open_head,
    require_newer,
)
from protocol.understood import MUST

ABOUT = "@about"  # the entry that holds what is said of the catalogue as a whole
CALENDAR = "@calendar"  # working days (calendars.workdays)
MARKETS = "@markets"  # market days of townships, by division code (calendars.market)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,50}")
_DEPTH = 24
_DIVISION = re.compile(r"\d{9}(\d{3})?", re.ASCII)
_MAX_RULES = 5  # of one township: two kinds of market in one place happen
_KEYS = frozenset({"id", "name", "schema", "materials", MUST})  # that this program acts on


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A required paper; its electronic copy may be attached, or must be."""

    id: str
    name: str
    must_attach: bool
    max_bytes: int  # of the attached file


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One service in the catalogue, as far as the programs act on it."""

    id: str
    name: str
    materials: tuple[Material, ...]
    schema: FormSchema = field(repr=False)

    def material(self, name: str) -> Material | None:
        """The material with this id, or with this name if it is given in Chinese."""
        return next((m for m in self.materials if name in (m.id, m.name)), None)


def is_division(code: str) -> bool:
    """Whether this is the code of a township (9 digits) or a village (12)."""
    return bool(_DIVISION.fullmatch(code))


def is_item(code: str) -> bool:
    """Whether an entry of a release is an item, and not something of the whole catalogue."""
    return not code.startswith("@")


def catalogue_entries(data: bytes, national: Calendar | None = None) -> dict[str, bytes]:
    """Check a catalogue file (docs/catalogue.md) and turn it into the entries of a release.

    Args:
        national: the working days of the country; the file's own years come before it.

    Raises:
        CatalogueError: anything in it is wrong; the message names the item and the reason.
    """
    document = parse_json(data, limit=MAX_CATALOGUE_FILE_BYTES, depth=_DEPTH, error=CatalogueError)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise CatalogueError("the file is not an object with a list 'items'")
    if len(document["items"]) >= MAX_EDITION_ENTRIES:
        raise CatalogueError(f"{len(document['items'])} items")
    apart = {"items", "calendar", "market_days"}
    about = {key: value for key, value in document.items() if key not in apart}
    entries = {ABOUT: _minified(about), **_calendars(document, national)}
    for number, raw in enumerate(document["items"], start=1):
        item = _published_item(raw, f"item {number}")
        if item.id in entries:
            raise CatalogueError(f"item {number}: {item.id} is there twice")
        item.schema.check_itself(f"item {item.id}")
        if "fee_rules" in raw:
            _check_fees(item, raw["fee_rules"])
        entries[item.id] = _minified(raw)
        if len(entries[item.id]) > MAX_ENTRY_BYTES:
            raise CatalogueError(f"item {item.id} is over {MAX_ENTRY_BYTES} bytes")
    return entries


def read_item(entries: Mapping[str, bytes], code: str) -> Item:
    """One item of a release.

    Raises:
        ItemUnknownError: the release has no such item.
    """
    raw = entries.get(code) if is_item(code) else None
    if raw is None:
        raise ItemUnknownError(repr(code[:60]))
    return parse_item(raw)


def parse_item(entry: bytes) -> Item:
    """An entry of a release as an :class:`Item`.

    Raises:
        NeedsNewerError: it says that something has to be understood which is not known here.
        CatalogueError: it is none (a release that passed its digest never does this).
    """
    raw = parse_json(entry, limit=MAX_ENTRY_BYTES, depth=_DEPTH, error=CatalogueError)
    if isinstance(raw, dict):
        _require_understood(raw)
    return _read_item(raw, "item")


def calendar_of(entries: Mapping[str, bytes]) -> Calendar:
    """The working days that a release knows; without any every year is unknown."""
    return read_calendar(_parsed(entries.get(CALENDAR, b"{}")))


def markets_of(entries: Mapping[str, bytes], code: str) -> tuple[Market, ...]:
    """The market days of a township, by its division code; empty if none are known.

    Of a village the first nine digits count, which are its township's.
    """
    rules = _parsed(entries.get(MARKETS, b"{}"))
    found = rules.get(code) or rules.get(code[:9]) or []
    return tuple(read_market(rule, f"market_days.{code}") for rule in found)


def _published_item(raw: object, where: str) -> Item:
    item = _read_item(raw, where)
    try:
        _require_understood(raw if isinstance(raw, dict) else {})
    except NeedsNewerError as exc:
        raise CatalogueError(f"item {item.id}: {exc.detail}") from None
    return item


def _require_understood(raw: dict[str, object]) -> None:
    must = raw.get(MUST, [])
    unknown = [name for name in must if name not in _KEYS] if isinstance(must, list) else [must]
    if unknown:
        raise NeedsNewerError(f"{unknown[0]!r:.60} of an item has to be understood")


def read_release(
    county_signing: Publics, proof: bytes, changes: bytes, held: Edition | None = None, *, base: int
) -> Edition:
    """Verify a release that came from outside and that is newer than the one held.

    Raises:
        SignatureError, DigestError: not what the county signed.
        RollbackError: not newer, or the changes start from a version that is not held.
        MalformedError, TooLargeError: not a release.
    """
    head = open_head(county_signing, Kind.RELEASE, proof)
    if held is not None:
        require_newer(head, held.version)
    if base and (held is None or held.version != base):
        raise RollbackError(f"changes from release {base}, which is not held")
    old = held.entries if held is not None and base else {}
    return Edition(head=head, proof=proof, entries=apply_changes(old, changes, head))


def stored_release(proof: bytes, body: bytes) -> Edition:
    """A release that was checked when it came; the key that signed it may have gone since.

    Raises:
        DigestError, MalformedError, TooLargeError: it is not what was stored.
    """
    head = known_head(Kind.RELEASE, proof)
    return Edition(head=head, proof=proof, entries=apply_changes({}, body, head))


def _read_item(raw: object, where: str) -> Item:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{where} is not an object")
    code, name, schema = raw.get("id"), raw.get("name"), raw.get("schema")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise CatalogueError(f"{where}: 'id' must be 1 to 50 of A-Z a-z 0-9 . _ -")
    where = f"item {code}"
    if not isinstance(schema, dict):
        raise CatalogueError(f"{where}: 'schema' must be a JSON Schema object")
    materials = raw.get("materials")
    if not isinstance(materials, list):
        raise CatalogueError(f"{where}: 'materials' must be a list (it may be empty)")
    read = tuple(_read_material(material, where) for material in materials)
    if len({material.id for material in read}) < len(read):
        raise CatalogueError(f"{where}: a material is there twice")
    return Item(id=code, name=_name(name, where), materials=read, schema=FormSchema(schema))


def _read_material(raw: object, where: str) -> Material:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{where}: a material is not an object")
    code, attach = raw.get("id"), raw.get("attach", "optional")
    max_bytes = raw.get("max_bytes", MAX_FILE_BYTES)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise CatalogueError(f"{where}: a material's 'id' must be 1 to 50 of A-Z a-z 0-9 . _ -")
    if attach not in ("optional", "required"):
        raise CatalogueError(f"{where}, material {code}: 'attach' is optional or required")
    if type(max_bytes) is not int or not 0 < max_bytes <= MAX_FILE_BYTES:
        raise CatalogueError(f"{where}, material {code}: 'max_bytes' is 1 to {MAX_FILE_BYTES}")
    return Material(
        id=code,
        name=_name(raw.get("name"), f"{where}, material {code}"),
        must_attach=attach == "required",
        max_bytes=max_bytes,
    )


def _calendars(document: Mapping[str, Any], national: Calendar | None) -> dict[str, bytes]:
    entries = {}
    known, local = national or Calendar(), read_calendar(document.get("calendar", {}))
    if "calendar" in document or known.years:
        entries[CALENDAR] = _minified(calendar_entry(known | local))
    if "market_days" in document:
        entries[MARKETS] = _minified(_checked_markets(document["market_days"]))
    for name, entry in entries.items():
        if len(entry) > MAX_ENTRY_BYTES:
            raise CatalogueError(f"{name[1:]}: over {MAX_ENTRY_BYTES} bytes")
    return entries


def _check_fees(item: Item, raw: object) -> None:
    place = f"item {item.id}.fee_rules"
    for number, rule in enumerate(checked_rules(raw, place)):
        for relief in rule.relief:
            if item.material(relief.evidence) is None:
                raise CatalogueError(
                    f"{place}[{number}].relief: {relief.evidence!r} is no material of the item"
                )


def _checked_markets(raw: object) -> dict[str, list[object]]:
    if not isinstance(raw, dict):
        raise CatalogueError("market_days must be an object: a list of rules by division code")
    for code, rules in raw.items():
        place = f"market_days.{code[:20]}"
        if not is_division(code):
            raise CatalogueError(f"{place}: a division code has 9 or 12 digits")
        if not isinstance(rules, list) or not 0 < len(rules) <= _MAX_RULES:
            raise CatalogueError(f"{place}: a list of 1 to {_MAX_RULES} rules")
        for number, rule in enumerate(rules, start=1):
            read_market(rule, f"{place}, rule {number}")
    return raw


def _parsed(entry: bytes) -> dict[str, Any]:
    found = parse_json(entry, limit=MAX_ENTRY_BYTES, depth=_DEPTH, error=CatalogueError)
    return found if isinstance(found, dict) else {}


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME_CHARS:
        raise CatalogueError(f"{where}: 'name' must be text of 1 to {MAX_NAME_CHARS} characters")
    return value


def _minified(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
