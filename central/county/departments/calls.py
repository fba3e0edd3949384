"""What can be asked of departments and posts; light, for commands that load no county."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from central.county.departments.staffing import Power, Powers
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDepartment:
    """A new department, or other words for one; None: as it was."""

    code: str
    name: str
    aliases: Sequence[str] | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDepartment:
    """A department that is no more; its successor gets what is in it."""

    code: str
    to: str = ""  # code of another


@dataclass(frozen=True, slots=True, kw_only=True)
class PutWindow:
    """A service window of a department, or its end."""

    department: str
    name: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPost:
    """A new post, or other words and powers for one; None: as it was."""

    department: str  # name or code
    name: str  # as it is called now
    rename: str = ""
    powers: Powers | None = None
    aliases: Sequence[str] | None = None
    window: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePost:
    """A post that is no more; its successor gets its cases."""

    department: str
    name: str
    to: str = ""  # name of another of the same department


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSeat:
    """Somebody comes into a post, or leaves it."""

    department: str
    post: str
    person: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAway:
    """Somebody is away until a day, or is there again."""

    person: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePerson:
    """Somebody works here no more; a successor gets cases and posts."""

    name: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSubstitute:
    """Somebody stands in for another, or, of no days, does not after all."""

    person: str
    substitute: str
    start: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """A delegation to a chief representative, in the place of another or anew."""

    instrument: str
    department: str
    person: str
    powers: Powers
    items: Sequence[str] = ()  # empty: all of the department
    start: date
    until: date
    deputy: str = ""
    supersedes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """The end of a delegation, by an instrument of its own."""

    number: int
    instrument: str
    start: date  # the first day on which it does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStaffing:
    """A table of departments, posts and people: a file of this machine, or its bytes."""

    file: Path | None = None
    table: bytes = field(default=b"", repr=False)
    try_only: bool = False  # only tell what it would change


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStaffing:
    """The same table."""

    excel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostShown:
    """A post, and who is in it."""

    name: str
    aliases: Sequence[str]
    powers: Sequence[Power]
    window: str
    persons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentShown:
    """A department, and what is in it."""

    code: str
    name: str
    aliases: Sequence[str]
    phone: str
    windows: Sequence[str]
    posts: Sequence[PostShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteShown:
    """Who stands in for somebody."""

    substitute: str
    start: date
    until: date
    counts: bool  # today


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Somebody, the posts, and who stands in."""

    name: str
    has_account: bool  # that may handle cases
    away_until: date | None  # None: is there
    posts: Sequence[tuple[str, str]]  # name of the department, name of the post
    substitutes: Sequence[SubstituteShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationShown:
    """A delegation, and what has become of it."""

    number: int
    instrument: str
    department: str  # code
    department_name: str
    person: str
    powers: Sequence[Power]  # none: it takes another one back
    items: Sequence[str]
    start: date
    until: date
    deputy: str
    supersedes: int | None
    superseded_by: int | None
    state: str  # in-force, to-come, over, superseded, end
    entered_ms: int
    entered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should see to."""

    code: str  # account.none, post.unfilled, delegation.ends, person.no-account, account.no-post
    subject: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingShown:
    """Who works where."""

    departments: Sequence[DepartmentShown]
    persons: Sequence[PersonShown]
    delegations: Sequence[DelegationShown]  # the newest first
    findings: Sequence[Finding]
    accounts: Sequence[str]  # that may handle cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change makes different; fields that its kind does not have are empty."""

    change: str  # added, changed, removed
    kind: str  # department, window, post, person, seat, substitute, delegation
    department: str = ""  # name
    name: str = ""  # of the post or window
    person: str = ""
    other: str = ""  # code, aliases and telephone; window and aliases; substitute; instrument
    powers: Sequence[Power] | None = None
    start: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong with a row of a table; 0: with the whole."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a table has changed, or would; with faults nothing."""

    differences: Sequence[Difference]
    faults: Sequence[RowFault]
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was changed so."""

    differences: Sequence[Difference]


SHOW = Call("county.departments", Nothing, StaffingShown, reads=True)
EXPORT = Call("county.departments-export", ExportStaffing, Exported, reads=True)
IMPORT = Call("county.departments-import", ImportStaffing, Imported)
PUT_DEPARTMENT = Call("county.department-put", PutDepartment, Done)
REMOVE_DEPARTMENT = Call("county.department-remove", RemoveDepartment, Done)
PUT_WINDOW = Call("county.window-put", PutWindow, Done)
PUT_POST = Call("county.post-put", PutPost, Done)
REMOVE_POST = Call("county.post-remove", RemovePost, Done)
PUT_SEAT = Call("county.post-seat", PutSeat, Done)
PUT_AWAY = Call("county.person-away", PutAway, Done)
REMOVE_PERSON = Call("county.person-remove", RemovePerson, Done)
PUT_SUBSTITUTE = Call("county.substitute", PutSubstitute, Done)
DELEGATE = Call("county.delegate", Delegate, Done)
REVOKE = Call("county.delegate-revoke", Revoke, Done)
