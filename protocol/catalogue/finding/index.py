"""What is looked in: every name of every item of a release, as written and as read.

Making it for 2,000 items takes about a tenth of a second; whoever looks often keeps it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import msgspec

from protocol.catalogue.finding.readings import FIND, Readings, read_readings, ways
from protocol.catalogue.finding.words import folded, grams, sound_grams
from protocol.catalogue.items.names import is_item


class By(IntEnum):
    """By what an item was found; the lower, the better."""

    CODE = 0
    ALIAS = 1
    NAME = 2
    PINYIN = 3
    DEPARTMENT = 4
    NEAR = 5


@dataclass(frozen=True, slots=True)
class Named:
    """One item, as far as it is looked for."""

    item: str
    name: str
    department: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """A department, and the items (their places in the index) that are its own."""

    written: str  # folded
    read: str  # each way on a line of its own, as in ``Index.read``
    items: list[int] = field(default_factory=list)


class Index:
    """The names of all items; what is read stands in one long text that is searched at once."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings
        self.items: list[Named] = []  # by code
        self.codes: list[str] = []  # of each item
        self.offices: dict[str, Office] = {}  # departments
        self.written: list[str] = []  # names and aliases, folded
        self.owners = array("I")  # of each of these: its item
        self.kinds: list[By] = []  # and whether it is a name or an alias
        self.near: dict[str, array[int]] = {}  # pair of characters: which of ``written`` have it
        self.heard: dict[str, array[int]] = {}  # three letters: the same
        self.sizes = array("I")  # of each of ``written``: how many pairs it has
        self.heard_sizes = array("I")
        self.read = ""  # names and aliases as read, one way a line: DiBao
        self.lines: list[int] = []  # where each begins
        self.line_owners: list[int] = []  # and its item

    def add_all(self, items: Iterable[Named]) -> None:
        """Take these items, once: what is read of them becomes one text."""
        self.read = "\n".join(line for named in items for line in self._add(named))

    def _add(self, named: Named) -> Iterator[str]:
        """Take one more item; yields the lines that are to be added to ``read``."""
        owner = len(self.items)
        self.items.append(named)
        self.codes.append(named.item.casefold())
        self._add_office(named.department, owner)
        for kind, text in [(By.NAME, named.name), *((By.ALIAS, one) for one in named.aliases)]:
            at, plain = len(self.written), folded(text)
            self.written.append(plain)
            self.owners.append(owner)
            self.kinds.append(kind)
            lines = _read(plain, self.readings)
            _put(grams(plain), at, self.near, self.sizes)
            _put(sound_grams(lines[0].lower()), at, self.heard, self.heard_sizes)
            for line in lines:
                self.lines.append(self._end)
                self.line_owners.append(owner)
                self._end += len(line) + 1
                yield line

    _end = 0  # of ``read``, with all lines so far

    def _add_office(self, department: str, owner: int) -> None:
        if department not in self.offices:
            plain = folded(department)
            read = "\n".join(_read(plain, self.readings))
            self.offices[department] = Office(plain, read)
        self.offices[department].items.append(owner)


def index_of(entries: Mapping[str, bytes]) -> Index:
    """The index of the entries of a release."""
    index = Index(read_readings(entries.get(FIND, b"{}")))
    index.add_all(named_items(entries))
    return index


def named_items(entries: Mapping[str, bytes]) -> Iterator[Named]:
    """The items of a release by code, as far as they are looked for."""
    for code in sorted(filter(is_item, entries)):
        brief = _DECODER.decode(entries[code])
        aliases = brief.aliases if isinstance(brief.aliases, list) else []
        department = brief.department if isinstance(brief.department, str) else ""
        words = tuple(one for one in aliases if isinstance(one, str))
        yield Named(code, brief.name, department, words)


def _read(plain: str, readings: Readings) -> list[str]:
    """Every way to read a folded text; each syllable begins with a capital."""
    return ["".join(map(str.capitalize, way)) for way in ways(plain, readings)]


def _put(found: set[str], at: int, where: dict[str, "array[int]"], sizes: "array[int]") -> None:
    sizes.append(len(found))
    for gram in found:
        if gram not in where:
            where[gram] = array("I")
        where[gram].append(at)


class _Brief(msgspec.Struct, frozen=True):
    name: str
    department: Any = ""
    aliases: Any = ()


_DECODER = msgspec.json.Decoder(_Brief)
