"""What can be asked about the clerks of a station.

Source: docs/operations.md, "Clerks".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
class ClerkShown:
    """One clerk."""

    name: str
    wait_s: int  # before her next password is looked at; 0: it is at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerksShown:
    """All who work here."""

    clerks: Sequence[ClerkShown]
    locked: bool  # whether it takes a password to open this station's data


ADD = Call("clerk-add", AddClerk, ClerksShown)
LIST = Call("clerk-list", Nothing, ClerksShown, reads=True)
PASSWORD = Call("clerk-password", ChangePassword, ClerksShown)
REMOVE = Call("clerk-remove", RemoveClerk, ClerksShown)
