"""What can be asked of archive packages; light, for commands that load no county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPackages:
    """Ask how the county's filing stands."""

    limit: int = 200  # of each list


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyShown:
    """A case that has ended and has no package."""

    case: str
    item: str
    state: str
    ended_ms: int
    due: bool  # it ended long enough ago to be filed by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageShown:
    """A package: nothing of it says whose case it is."""

    case: str
    item: str
    ended_ms: int
    sha256: str
    bytes: int
    made_ms: int
    made_by: str  # empty: the program
    moved_ms: int | None
    moved_by: str
    moved_to: str
    held_ms: int | None
    held_by: str
    held_why: str
    purged_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """How the county's filing stands."""

    ready: Sequence[ReadyShown]  # those first that ended first
    made: Sequence[PackageShown]  # not moved away yet, the oldest first
    moved: Sequence[PackageShown]  # and not purged, the newest first
    purged: Sequence[PackageShown]  # the newest first
    archive_days: int  # after the end of a case; 0: never by itself
    purge_days: int
    names: Mapping[str, str]  # what people call the items of all these, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPackage:
    """Ask for one package."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """A file inside of a package."""

    path: str
    title: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageWhole:
    """A package and what is in it."""

    package: PackageShown
    title: str  # what people call its item
    manifest: str  # SHA-256, hex
    files: Sequence[FileShown]  # none: purged


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePackages:
    """File these cases, or all that are due."""

    cases: Sequence[str] = ()
    due: bool = False
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFiled:
    """A case that could not be filed."""

    case: str
    code: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of it."""

    made: Sequence[PackageShown]
    refused: Sequence[NotFiled]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPackages:
    """Write packages into a folder; without cases all that are not moved away."""

    folder: Path
    cases: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A package as a file."""

    case: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written, and the list that goes with it."""

    written: Sequence[Written]
    inventory: Path | None  # None: nothing was written


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMoved:
    """Whoever received packages has counted these digests."""

    place: str  # who has them now
    digests: Sequence[str]  # SHA-256, hex, as they were counted there
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What is confirmed now."""

    moved: Sequence[str]  # case numbers
    before: Sequence[str]  # those that had been confirmed already


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPackage:
    """Something speaks against a purge, such as a lawsuit; empty ``why``: not any more."""

    case: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPurge:
    """Ask what a purge would take."""

    before: str  # a day, as 2026-01-31: cases that ended before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Cases that stay, for one reason."""

    why: str  # code
    words: str  # in Chinese
    count: int
    cases: Sequence[str]  # the first of them


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePlan:
    """What a purge would take, and what it leaves."""

    before: str
    cases: int  # that would be purged
    digest: str  # of their numbers: what is agreed on
    first: Sequence[str]  # numbers of the first of them
    kept: Sequence[Kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Purge what was planned."""

    before: str
    digest: str  # of the plan
    cases: int  # of the plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What is gone."""

    before: str
    purged: Sequence[str]
    kept: Sequence[Kept]


LIST = Call("archive.list", ListPackages, Filing, reads=True)
SHOW = Call("archive.show", ShowPackage, PackageWhole, reads=True)
MAKE = Call("archive.make", MakePackages, Made)
EXPORT = Call("archive.export", ExportPackages, Exported)
MOVED = Call("archive.moved", ConfirmMoved, Moved)
HOLD = Call("archive.hold", HoldPackage, PackageShown)
PLAN = Call("purge.plan", PlanPurge, PurgePlan, reads=True)
PURGE = Call("purge", Purge, Purged)
