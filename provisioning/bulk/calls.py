"""What can be asked about many nodes at once; light, for commands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.trust.roster import Role
from provisioning.bulk.causes import Cause
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTable:
    """Add every node of a table, all or none; kits and cards go into a new folder."""

    table: Path
    kits: Path
    anyway: bool = False  # villages below the hub of another township, too


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBundle:
    """The same for a table in memory; kits and cards come with the answer."""

    table: bytes = field(repr=False)
    anyway: bool = False
    name: str = "web"  # stands in the record


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTable:
    """What a table would add: a file, or one in memory."""

    file: Path | None = None
    table: bytes = field(default=b"", repr=False)
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissue:
    """New codes, kits and cards for nodes that have not joined; none named: for all of them."""

    kits: Path
    nodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueBundle:
    """The same; kits and cards come with the answer."""

    nodes: Sequence[str] = ()
    name: str = "web"  # stands in the record


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A line of a table that could be read."""

    line: int  # as a text editor counts
    role: Role
    code: str
    name: str
    parent: str | None
    contact: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFault:
    """A line that can't be taken."""

    line: int
    code: str  # docs/errors.md
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a table would add, or what is wrong with it."""

    lines: Sequence[TableLine]
    faults: Sequence[TableFault]
    causes: Sequence[Cause]  # the same by what is to be mended
    unknown: Sequence[str]  # headings of columns that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedNode:
    """One node of an import."""

    node: str
    role: Role
    code: str
    name: str
    kit: str  # its file
    card: str  # its file


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What an import did: nodes, or the faults for which it did nothing."""

    roster: int  # version
    nodes: Sequence[AddedNode]
    faults: Sequence[TableFault]
    causes: Sequence[Cause]
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled(Added):
    """The same with its files."""

    kits: bytes = field(repr=False)  # ZIP
    cards: bytes = field(repr=False)  # HTML


IMPORT = Call("provision.import", ImportTable, Added)
BUNDLE = Call("provision.import-bundle", ImportBundle, Bundled)
CHECK = Call("provision.import-check", CheckTable, Checked)
REISSUE = Call("provision.reissue", Reissue, Added)
REISSUE_BUNDLE = Call("provision.reissue-bundle", ReissueBundle, Bundled)
