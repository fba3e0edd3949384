"""From a catalogue file to the entries of a release; all of its faults at once.

An item is an entry of its own, and so is each material of the library and each place that narrows
something, so that what did not change costs nothing to send.

Source: docs/catalogue.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.catalogue.calendars.market import read_market
from protocol.catalogue.calendars.workdays import Calendar, calendar_entry, read_calendar
from protocol.catalogue.documents import Document
from protocol.catalogue.fields import faults_of
from protocol.catalogue.findings import Finding, Findings, Level, refusal
from protocol.catalogue.forms.reading import canonical_json, parse_json
from protocol.catalogue.items.bounds import MAX_LIBRARY, MAX_LOCAL, MAX_NAME_CHARS
from protocol.catalogue.items.checks import check_item
from protocol.catalogue.items.divisions import is_division, places_of
from protocol.catalogue.items.local import read_local
from protocol.catalogue.items.materials import LibraryMaterial
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.names import (
    ABOUT,
    CALENDAR,
    MARKETS,
    document_entry,
    local_entry,
    material_entry,
)
from protocol.catalogue.items.records import read_record
from protocol.catalogue.items.release import require_understood
from protocol.catalogue.items.rules import WRONG, Code, Place, Text, shown
from protocol.catalogue.items.uses import DEPTH
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.catalogue.templates.template import VERSION, read_template
from protocol.errors import CatalogueError, NeedsNewerError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES, MAX_EDITION_ENTRIES, MAX_ENTRY_BYTES

_APART = frozenset({"items", "materials", "local", "calendar", "market_days", "documents"})
_MAX_RULES = 5  # of one township: two kinds of market in one place happen


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCatalogue:
    """What a catalogue file comes to; with errors among its findings, nothing to publish."""

    entries: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    more: int  # findings that were not kept

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended first."""
        return tuple(one for one in self.findings if one.level is Level.ERROR)


def catalogue_entries(data: bytes, national: Calendar | None = None) -> dict[str, bytes]:
    """Check a catalogue file (docs/catalogue.md) and turn it into the entries of a release.

    Args:
        national: the working days of the country; the file's own years come before it.

    Raises:
        CatalogueError: something in it is wrong; every fault is named by item and place.
    """
    checked = check_catalogue(data, national)
    if checked.errors:
        raise refusal(checked.errors, checked.more)
    return dict(checked.entries)


def check_catalogue(data: bytes, national: Calendar | None = None) -> CheckedCatalogue:
    """Everything that is wrong with a catalogue file, or doubtful.

    Raises:
        CatalogueError: it is no catalogue file at all.
    """
    document = parse_json(data, limit=MAX_CATALOGUE_FILE_BYTES, depth=DEPTH, error=CatalogueError)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise CatalogueError("文件应是一组栏目，其中 items 是事项的列表")
    if len(document["items"]) >= MAX_EDITION_ENTRIES:
        raise CatalogueError(f"共 {len(document['items'])} 个事项，最多 {MAX_EDITION_ENTRIES - 1}")
    return _Checking(document, national).done()


class _Checking:
    """Reads one file."""

    def __init__(self, document: Document, national: Calendar | None) -> None:
        self._document, self._national = document, national
        self._found = Findings()
        self._entries: dict[str, bytes] = {}
        self._codes: set[str] = set()  # of items that could be read
        self._library: dict[str, LibraryMaterial] = {}

    def done(self) -> CheckedCatalogue:
        whole = Place(findings=self._found, item="")
        about = {key: value for key, value in self._document.items() if key not in _APART}
        if "title" in about:
            Text(MAX_NAME_CHARS).read(about["title"], whole.key("title"))
        self._enter(ABOUT, about, whole)
        self._read_calendar(whole.key("calendar"))
        markets = self._read_markets(whole.key("market_days"))
        self._read_library(whole.key("materials"))
        for number, raw in enumerate(self._document["items"]):
            self._read_item(raw, f"items[{number}]")
        self._read_local(whole.key("local"), markets)
        self._read_documents(whole.key("documents"))
        return CheckedCatalogue(
            entries=self._entries,
            findings=tuple(self._found),
            more=self._found.more,
        )

    def _read_calendar(self, place: Place) -> None:
        try:
            local = read_calendar(self._document.get("calendar", {}))
        except CatalogueError as exc:
            for at, reason in faults_of(exc, place.path):
                place.elsewhere(at).fault("calendar", reason)
            return
        known = self._national or Calendar()
        if "calendar" in self._document or known.years:
            self._enter(CALENDAR, calendar_entry(known | local), place)

    def _read_markets(self, place: Place) -> frozenset[str]:
        """The places whose market days are known."""
        raw = self._document.get("market_days")
        if raw is None:
            return frozenset()
        if not isinstance(raw, dict):
            place.fault("markets", "应是一组栏目：区划代码和它的圩日规则")
            return frozenset()
        for code, rules in raw.items():
            _check_markets(code, rules, place.key(code))
        self._enter(MARKETS, raw, place)
        return frozenset(raw)

    def _read_library(self, place: Place) -> None:
        raw = self._document.get("materials", {})
        if not isinstance(raw, dict):
            place.fault("object", "材料库应是一组材料，每种以编号为键")
            return
        if len(raw) > MAX_LIBRARY:
            place.fault("count", f"材料库最多 {MAX_LIBRARY} 种，现有 {len(raw)} 种")
            return
        for code, one in raw.items():
            at = place.key(code)
            named = Code().read(code, at)
            found = read_record(LibraryMaterial, one, at)
            if found is not WRONG and named is not WRONG:
                self._library[code] = found
                self._enter(material_entry(code), one, at)

    def _read_item(self, raw: object, unnamed: str) -> None:
        if isinstance(raw, dict):  # a version is given at publishing, whatever stands in a file
            raw = {key: value for key, value in raw.items() if key != "version"}
        code = raw.get("id") if isinstance(raw, dict) else None
        named = shown(code) if isinstance(code, str) and code else unnamed
        place = Place(findings=self._found, item=named, library=self._library)
        item = read_record(Item, raw, place)
        if item is WRONG or not isinstance(raw, dict):
            return
        if item.id in self._codes:
            place.key("id").fault("twice", "这个事项编号用了两次", "每个事项一个编号")
            return
        try:
            require_understood(raw)
        except NeedsNewerError as exc:
            place.key("must").fault("must", exc.detail)
        check_item(item, place)
        self._codes.add(item.id)
        self._enter(item.id, raw, place)

    def _read_local(self, place: Place, markets: frozenset[str]) -> None:
        raw = self._document.get("local", {})
        if not isinstance(raw, dict):
            place.fault("object", "应是一组地方，每处以区划代码为键")
            return
        if len(raw) > MAX_LOCAL:
            place.fault("count", f"最多 {MAX_LOCAL} 处，现有 {len(raw)} 处")
            return
        for code, one in raw.items():
            at = place.key(code)
            if not is_division(code):
                at.fault("division", "区划代码应有 9 位（乡镇）或 12 位（村）数字")
                continue
            found = read_local(one, at, self._codes)
            if found is WRONG:
                continue
            held = any(one in markets for one in places_of(code))
            if not held and (
                found.every.market_day or any(o.market_day for o in found.items.values())
            ):
                at.fault("local-market", "没有这里的圩日规则，不能只在圩日办理", "补上 market_days")
            self._enter(local_entry(code), one, at)

    def _read_documents(self, place: Place) -> None:
        raw = self._document.get("documents", {})
        if not isinstance(raw, dict):
            place.fault("object", "应是一组文书模板，每种以文书种类为键")
            return
        for kind, one in raw.items():
            at = place.key(kind)
            if kind not in DocumentKind._value2member_map_:
                known = "、".join(f"{one} {KIND_WORDS[one]}" for one in DocumentKind)
                at.fault("template-kind", f"没有这种文书，只有：{known}", "改正，或删去")
            elif read_template(DocumentKind(kind), one, at) is not WRONG:
                content = {key: value for key, value in one.items() if key != VERSION}
                self._enter(document_entry(kind), content, at)

    def _enter(self, name: str, value: object, place: Place) -> None:
        entry = canonical_json(value)
        if len(entry) > MAX_ENTRY_BYTES:
            place.fault("too-long", f"共 {len(entry)} 字节，最多 {MAX_ENTRY_BYTES}", "缩短说明")
        self._entries[name] = entry


def _check_markets(code: str, rules: object, place: Place) -> None:
    if not is_division(code):
        place.fault("division", "区划代码应有 9 位（乡镇）或 12 位（村）数字")
    elif not isinstance(rules, list) or not 0 < len(rules) <= _MAX_RULES:
        place.fault("markets", f"应是 1 到 {_MAX_RULES} 条圩日规则的列表")
    else:
        for number, rule in enumerate(rules):
            try:
                read_market(rule, place.at(number).path)
            except CatalogueError as exc:
                for at, reason in faults_of(exc, place.at(number).path):
                    place.elsewhere(at).fault("markets", reason)
