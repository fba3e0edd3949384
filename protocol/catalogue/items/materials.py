"""Materials: the library of a county, and what one item asks for, alone or in groups.

A material that an item takes from the library is what the library says of it now: whoever changes
it there changes it for every item.

Source: docs/catalogue.md, "Materials".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from protocol.catalogue.calendars.due import Limit
from protocol.catalogue.items.bounds import (
    MAX_COPIES,
    MAX_FAULTS,
    MAX_LINE_CHARS,
    MAX_MEMBERS,
    MAX_NAME_CHARS,
    MAX_PAGES,
    MAX_TEXT_CHARS,
    MIN_MEMBERS,
)
from protocol.catalogue.items.conditions import Condition, ConditionRule
from protocol.catalogue.items.kinds import Attach, Keep
from protocol.catalogue.items.records import (
    Count,
    Record,
    read_record,
)
from protocol.catalogue.items.rules import WRONG, Code, IllegalError, Place, Text, Whole
from protocol.limits import MAX_FILE_BYTES

PROMISE = "promise"  # 告知承诺: a signed promise stands for the paper
LATER = "later"  # 容缺: a signed promise to bring the paper later

Name = Annotated[str, Text(MAX_NAME_CHARS)]
Line = Annotated[str, Text(MAX_LINE_CHARS)]
Long = Annotated[str, Text(MAX_TEXT_CHARS, lines=True)]
Id = Annotated[str, Code()]
Copies = Annotated[int, Whole(0, MAX_COPIES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualFault(Record):
    """What is often wrong with a material: ticked when it is returned."""

    code: Id
    say: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Later(Record):
    """A paper that may follow after the application was accepted (容缺受理)."""

    limit: Limit
    promise: Long  # what the applicant signs


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryMaterial(Record):
    """A paper of the county's library."""

    ACTED_ON = frozenset({"name"})

    name: Name
    hint: Annotated[str, Text(MAX_LINE_CHARS)] = ""  # how to scan it
    pages: Annotated[tuple[Name, ...], Count(MAX_PAGES)] = ()  # 正面, 反面
    faults: Annotated[tuple[UsualFault, ...], Count(MAX_FAULTS)] = ()
    originals: Copies = 0
    copies: Copies = 0
    keep: Keep | None = None
    later: Later | None = None  # wherever an item does not say that it comes at once

    def check_together(self) -> None:
        """Each usual fault is ticked by its code."""
        require_apart((one.code, f"faults[{n}].code") for n, one in enumerate(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Record):
    """A paper as an item's list of materials writes it."""

    OPEN = True

    id: Id
    use: Annotated[str, Code()] = ""  # of the library
    name: Annotated[str, Text(MAX_NAME_CHARS)] = ""  # of one that is in no library
    note: Annotated[str, Text(MAX_LINE_CHARS)] = ""  # what of it is asked for here
    attach: Attach = Attach.OPTIONAL
    max_bytes: Annotated[int, Whole(1, MAX_FILE_BYTES)] = MAX_FILE_BYTES
    originals: Copies | None = None
    copies: Copies | None = None
    keep: Keep | None = None
    later: Later | None = None
    at_once: bool = False  # it may not follow later, though the library says that it may
    when: Annotated[Condition | None, ConditionRule()] = None
    instead: Annotated[str, Text(MAX_NAME_CHARS)] = ""
    shared: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    each: Annotated[str, Text(MAX_NAME_CHARS)] = ""

    def check_together(self) -> None:
        """One name, and nothing that asks and does not ask at once."""
        if bool(self.use) == bool(self.name):
            raise IllegalError("写 use（材料库编号）或 name（材料名称），二者只能有一个")
        if self.instead not in ("", PROMISE):
            raise IllegalError(f"只能是 {PROMISE}（告知承诺）", "instead")
        if self.shared and self.attach is Attach.REQUIRED:
            raise IllegalError("已由共享数据核验的材料不能再要求上传", "shared")
        if self.at_once and self.later is not None:
            raise IllegalError("写明可以容缺后补的材料不能又要求当时交齐", "at_once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A paper that an item asks for; its electronic copy may be attached, or must be."""

    id: str
    name: str
    must_attach: bool  # where it is asked for at all (``when``, ``each``)
    max_bytes: int  # of the attached file
    use: str = ""  # its id in the library
    note: str = ""
    hint: str = ""
    pages: tuple[str, ...] = ()
    faults: tuple[UsualFault, ...] = ()
    originals: int = 0
    copies: int = 0
    keep: Keep | None = None
    later: Later | None = None
    when: Condition | None = None
    promise: bool = False  # a signed promise may stand for it
    shared: str = ""  # which shared data has it, so that it is not asked for
    each: str = ""  # the table of the form that has a row for each
    stands_for: str = ""  # a promise: the material for which it stands

    def promises(self) -> tuple["Material", ...]:
        """The signed promises that may come instead of it, as materials of their own."""
        found = []
        if self.promise:
            found.append(self._promise(PROMISE, "告知承诺书"))
        if self.later is not None:
            found.append(self._promise(LATER, "容缺承诺书"))
        return tuple(found)

    def _promise(self, kind: str, words: str) -> "Material":
        return Material(
            id=f"{self.id}.{kind}",
            name=f"{self.name}（{words}）",
            must_attach=False,
            max_bytes=self.max_bytes,
            stands_for=self.id,
        )


class MaterialRule:
    """Reads a paper of an item's list, with what the library says of it."""

    def read(self, raw: object, place: Place) -> object:
        """A Material, or WRONG."""
        if isinstance(raw, dict) and ("one_of" in raw or "group" in raw) and not place.lenient:
            return place.fault("illegal", "材料组里不能再有材料组", "把里面的材料直接列在外层组里")
        entry = read_record(Entry, raw, place)
        if entry is WRONG:
            return WRONG
        if not entry.use:
            return _together(entry, LibraryMaterial(name=entry.name))
        found = (place.library or {}).get(entry.use)
        if found is None:
            words = f"材料库里没有“{entry.use}”"
            return place.key("use").fault("material-unknown", words, "改正编号，或先加入材料库")
        return _together(entry, found)

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is one."""
        if not isinstance(value, Material):
            raise IllegalError("不是材料")


Members = Annotated[
    tuple[Annotated[Material, MaterialRule()], ...], Count(MAX_MEMBERS, MIN_MEMBERS)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Record):
    """Several papers of which one is enough."""

    OPEN = True

    group: Id
    name: Name
    one_of: Members
    attach: Attach = Attach.OPTIONAL
    when: Annotated[Condition | None, ConditionRule()] = None

    @property
    def covered_by(self) -> Material | None:
        """The member that shared data has, whatever a form says: then none has to be brought."""
        return next((one for one in self.one_of if one.shared and one.when is None), None)

    @property
    def must_attach(self) -> bool:
        """Whether a file of one of them must come, where they are asked for at all."""
        if self.covered_by is not None:
            return False
        return self.attach is Attach.REQUIRED or all(one.must_attach for one in self.one_of)


class PaperRule:
    """Reads an entry of an item's list of materials: a paper, or a group of papers."""

    def read(self, raw: object, place: Place) -> object:
        """A Material, a Group, or WRONG."""
        grouped = isinstance(raw, dict) and ("one_of" in raw or "group" in raw)
        return read_record(Group, raw, place) if grouped else MaterialRule().read(raw, place)

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is one of both."""
        if not isinstance(value, Material | Group):
            raise IllegalError("不是材料")


def require_apart(ids: Iterable[tuple[str, str]]) -> None:
    """Raise IllegalError if one of these ids, each with its place, is there twice."""
    seen = set()
    for one, path in ids:
        if one in seen:
            raise IllegalError(f"编号 {one} 用了两次", path)
        seen.add(one)


def _together(entry: Entry, found: LibraryMaterial) -> Material:
    return Material(
        id=entry.id,
        name=found.name,
        must_attach=entry.attach is Attach.REQUIRED,
        max_bytes=entry.max_bytes,
        use=entry.use,
        note=entry.note,
        hint=found.hint,
        pages=found.pages,
        faults=found.faults,
        originals=found.originals if entry.originals is None else entry.originals,
        copies=found.copies if entry.copies is None else entry.copies,
        keep=entry.keep or found.keep,
        later=None if entry.at_once else entry.later or found.later,
        when=entry.when,
        promise=entry.instead == PROMISE,
        shared=entry.shared,
        each=entry.each,
    )
