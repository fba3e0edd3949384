"""What is looked in: every name of every item of a release, as written and as read.

Making it for 2,000 items takes about a tenth of a second; whoever looks often keeps it.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
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
    read: str  # each way on a line of its own, as in :class:`ReadLines`
    items: list[int] = field(default_factory=list)


class Names:
    """Names and aliases of all items, each with its item and what it is."""

    def __init__(self) -> None:
        self.written: list[str] = []  # folded
        self.owners = array("I")  # of each of these: its item
        self.kinds: list[By] = []  # and whether it is a name or an alias

    def add(self, plain: str, owner: int, kind: By) -> int:
        """One more; its place."""
        self.written.append(plain)
        self.owners.append(owner)
        self.kinds.append(kind)
        return len(self.written) - 1


class Grams:
    """Which names share a piece: a pair of characters, or three letters of how they sound."""

    def __init__(self) -> None:
        self.where: dict[str, array[int]] = {}  # the places of the names that have it
        self._sizes = array("I")  # of each name: how many pieces it has

    def add(self, found: Collection[str], at: int) -> None:
        """The pieces of the next name, which stands at place ``at``."""
        self._sizes.append(len(found))
        for gram in found:
            if gram not in self.where:
                self.where[gram] = array("I")
            self.where[gram].append(at)

    def likeness(self, wanted: AbstractSet[str], rarest: int) -> Iterator[tuple[int, int]]:
        """Names that share something with ``wanted``, and how much of both, in thousandths.

        Args:
            rarest: so many of its pieces are looked for, those that the fewest names have.
        """
        common: Counter[int] = Counter()
        known = sorted(wanted & self.where.keys(), key=lambda one: len(self.where[one]))
        for gram in known[:rarest]:
            common.update(self.where[gram])
        for at, count in common.items():
            yield at, 2000 * count // (len(wanted) + self._sizes[at])


class ReadLines:
    """Names and aliases as they are read, one way a line (DiBao), in one text."""

    def __init__(self) -> None:
        self.text = ""
        self.begins: list[int] = []  # of each line
        self.owners: list[int] = []  # and its item

    def put(self, lines: Iterable[tuple[str, int]]) -> None:
        """Take these lines, once, each with its item."""
        self.text = "\n".join(self._noted(lines))

    def _noted(self, lines: Iterable[tuple[str, int]]) -> Iterator[str]:
        end = 0
        for line, owner in lines:
            self.begins.append(end)
            self.owners.append(owner)
            end += len(line) + 1
            yield line


class Index:
    """The names of all items; what is read stands in one long text that is searched at once."""

    def __init__(self, readings: Readings, items: Iterable[Named]) -> None:
        self.readings = readings
        self.items: list[Named] = []  # by code
        self.codes: list[str] = []  # of each item
        self.offices: dict[str, Office] = {}  # departments
        self.names = Names()
        self.near, self.heard = Grams(), Grams()  # by characters, and by sound
        self.read = ReadLines()
        self.read.put(line for named in items for line in self._add(named))

    def _add(self, named: Named) -> Iterator[tuple[str, int]]:
        """Take one more item; yields each way in which it is read, with its place."""
        owner = len(self.items)
        self.items.append(named)
        self.codes.append(named.item.casefold())
        self._add_office(named.department, owner)
        for kind, text in [(By.NAME, named.name), *((By.ALIAS, one) for one in named.aliases)]:
            plain = folded(text)
            at, lines = self.names.add(plain, owner, kind), _read(plain, self.readings)
            self.near.add(grams(plain), at)
            self.heard.add(sound_grams(lines[0].lower()), at)
            yield from ((line, owner) for line in lines)

    def _add_office(self, department: str, owner: int) -> None:
        if department not in self.offices:
            plain = folded(department)
            read = "\n".join(_read(plain, self.readings))
            self.offices[department] = Office(plain, read)
        self.offices[department].items.append(owner)


def index_of(entries: Mapping[str, bytes]) -> Index:
    """The index of the entries of a release."""
    return Index(read_readings(entries.get(FIND, b"{}")), named_items(entries))


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


class _Brief(msgspec.Struct, frozen=True):
    name: str
    department: Any = ""
    aliases: Any = ()


_DECODER = msgspec.json.Decoder(_Brief)
