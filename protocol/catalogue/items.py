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

from protocol.catalogue.forms import FormSchema, parse_json
from protocol.envelope.keys import Publics
from protocol.errors import CatalogueError, ItemUnknownError, RollbackError
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

ABOUT = "@about"  # the entry that holds what is said of the catalogue as a whole
_CODE = re.compile(r"[A-Za-z0-9._-]{1,50}")
_DEPTH = 24


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


def catalogue_entries(data: bytes) -> dict[str, bytes]:
    """Check a catalogue file (docs/catalogue.md) and turn it into the entries of a release.

    Raises:
        CatalogueError: anything in it is wrong; the message names the item and the reason.
    """
    document = parse_json(data, limit=MAX_CATALOGUE_FILE_BYTES, depth=_DEPTH, error=CatalogueError)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise CatalogueError("the file is not an object with a list 'items'")
    if len(document["items"]) >= MAX_EDITION_ENTRIES:
        raise CatalogueError(f"{len(document['items'])} items")
    about = {key: value for key, value in document.items() if key != "items"}
    entries = {ABOUT: _minified(about)}
    for number, raw in enumerate(document["items"], start=1):
        item = _read_item(raw, f"item {number}")
        if item.id in entries:
            raise CatalogueError(f"item {number}: {item.id} is there twice")
        item.schema.check_itself(f"item {item.id}")
        entries[item.id] = _minified(raw)
        if len(entries[item.id]) > MAX_ENTRY_BYTES:
            raise CatalogueError(f"item {item.id} is over {MAX_ENTRY_BYTES} bytes")
    return entries


def read_item(entries: Mapping[str, bytes], code: str) -> Item:
    """One item of a release.

    Raises:
        ItemUnknownError: the release has no such item.
    """
    raw = entries.get(code) if code != ABOUT else None
    if raw is None:
        raise ItemUnknownError(repr(code[:60]))
    return parse_item(raw)


def parse_item(entry: bytes) -> Item:
    """An entry of a release as an :class:`Item`.

    Raises:
        CatalogueError: it is none (a release that passed its digest never does this).
    """
    raw = parse_json(entry, limit=MAX_ENTRY_BYTES, depth=_DEPTH, error=CatalogueError)
    return _read_item(raw, "item")


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


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME_CHARS:
        raise CatalogueError(f"{where}: 'name' must be text of 1 to {MAX_NAME_CHARS} characters")
    return value


def _minified(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
