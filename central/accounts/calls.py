"""What can be asked about accounts: by pages, ``staff`` commands, and the control socket."""

from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Self

from central.accounts.roles import StaffRole
from runtime.control.calls import Call, Nothing


class Change(Enum):
    """What can be changed of an account: a lock, a state, its second factor, or its role."""

    UNLOCK = "unlock"
    DISABLE = "disable"
    ENABLE = "enable"
    NO_SECOND = "no-second"
    SYSTEM = StaffRole.SYSTEM.value
    SECURITY = StaffRole.SECURITY.value
    AUDIT = StaffRole.AUDIT.value
    OPERATOR = StaffRole.OPERATOR.value
    AUTHOR = StaffRole.AUTHOR.value
    REVIEWER = StaffRole.REVIEWER.value
    PUBLISHER = StaffRole.PUBLISHER.value
    HANDLER = StaffRole.HANDLER.value

    @property
    def role(self) -> StaffRole | None:
        """The role that it gives, if it gives one."""
        return StaffRole(self.value) if self.value in {one.value for one in StaffRole} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount:
    """A new account; without a password one is made, which must be changed."""

    name: str
    role: StaffRole
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """Another password, which also unlocks; without one it is made, and must be changed."""

    name: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """One change of an account."""

    name: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount:
    """The end of an account."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What others may know of an account."""

    name: str
    role: StaffRole
    second_factor: bool
    must_change_password: bool  # it was told by somebody else
    disabled: bool
    locked_until_ms: int | None
    last_login_ms: int | None
    recovery_codes: int = 0  # that can still be used


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMade(Account):
    """A new account."""

    password: str | None = field(repr=False)  # None: it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet:
    """An account with another password."""

    name: str
    password: str | None = field(repr=False)  # None: it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRemoved:
    """An account that is no more."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCalls:
    """The calls of one node."""

    listed: Call[Nothing, list[Account]]
    add: Call[AddAccount, AccountMade]
    password: Call[NewPassword, PasswordSet]
    change: Call[ChangeAccount, Account]
    remove: Call[RemoveAccount, AccountRemoved]

    @classmethod
    @cache
    def of(cls, role: str) -> Self:
        """Those of a ``county`` or a ``hub``."""
        return cls(
            listed=Call(f"{role}.staff-list", Nothing, list[Account], reads=True),
            add=Call(f"{role}.staff-add", AddAccount, AccountMade),
            password=Call(f"{role}.staff-password", NewPassword, PasswordSet),
            change=Call(f"{role}.staff-change", ChangeAccount, Account),
            remove=Call(f"{role}.staff-remove", RemoveAccount, AccountRemoved),
        )
