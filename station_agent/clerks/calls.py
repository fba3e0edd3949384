"""What can be asked about the clerks of a station.

Source: docs/operations.md, "Clerks".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The name and password of a clerk who can open the vault already; empty: none was given."""

    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClerk:
    """One more clerk."""

    name: str
    password: str = field(repr=False)
    by: Proof = field(default_factory=Proof)  # not needed where nobody has a password


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Another password for a clerk who knows hers."""

    name: str
    password: str = field(repr=False)  # the one so far
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClerk:
    """A clerk works here no more."""

    name: str
    by: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHandover:
    """What a clerk hands over."""

    name: str
    by: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHanded:
    """A draft on which she worked."""

    application: ApplicationId
    name: str  # of the item, neutral where it is sensitive
    who: str = field(repr=False)  # applies
    clerks: Sequence[str]
    saved_ms: int
    binned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenHanded:
    """An application that she took in, and that is not settled."""

    application: ApplicationId
    number: str  # of a block; empty: there was none
    name: str
    who: str = field(repr=False)
    state: str  # of ``status``
    saved_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedHanded:
    """A paper that was promised to her and has not followed."""

    application: ApplicationId
    number: str
    name: str
    who: str = field(repr=False)
    material: str
    until: str  # the day, as 2027-01-31


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalHanded:
    """An original that the item says is kept."""

    application: ApplicationId
    number: str
    name: str
    who: str = field(repr=False)
    material: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverShown:
    """Everything that a clerk hands over."""

    clerk: str
    at_ms: int  # by the local clock
    drafts: Sequence[DraftHanded]
    owed: Sequence[OwedHanded]
    originals: Sequence[OriginalHanded]
    taken: Sequence[TakenHanded]  # with their numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkShown:
    """One clerk."""

    name: str
    wait_s: int  # before her next password is looked at; 0: it is at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerksShown:
    """All who work here."""

    clerks: Sequence[ClerkShown]
    locked: bool  # whether it takes a password to open this station's data


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkRemoved:
    """All who still work here, and what the one who left hands over."""

    clerks: Sequence[ClerkShown]
    locked: bool
    handover: HandoverShown = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgot:
    """A clerk has forgotten her password: the county is to release this desk for a new one."""

    clerk: str  # whom the new password is for, known here or not
    password: str = field(repr=False)  # the new one: it alone opens what the county answers
    anew: bool = False  # a request of the last day is voided


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """The county's answer is here: the password that was chosen when it was asked."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenShown:
    """How far the request of this desk is."""

    clerk: str  # empty: nothing is asked for
    code: str = ""  # to be read out; empty once it is done
    asked_ms: int | None = None  # by the county's time; None: that was not known
    released: bool = False  # the county's answer is here
    stray: int = 0  # answers that came and were for no request of this desk
    old: bool = False  # it counts no more
    may_ask_again: bool = True  # a page lets the next request void this one


ADD = Call("clerk-add", AddClerk, ClerksShown)
LIST = Call("clerk-list", Nothing, ClerksShown, reads=True)
PASSWORD = Call("clerk-password", ChangePassword, ClerksShown)
FORGOT = Call("clerk-forgot", Forgot, ForgottenShown)
FORGOT_STATUS = Call("clerk-forgot-status", Nothing, ForgottenShown, reads=True)
NEW_PASSWORD = Call("clerk-new-password", NewPassword, ForgottenShown)
REMOVE = Call("clerk-remove", RemoveClerk, ClerkRemoved)
HANDOVER = Call("clerk-handover", ShowHandover, HandoverShown, reads=True)
