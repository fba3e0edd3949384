"""What can be asked of the tokens of the API; light, for commands that must not load the county."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from runtime.control.calls import Call, Nothing

USUAL_DAYS, MAX_DAYS = 365, 1100


class TokenRight(StrEnum):
    """What a token allows."""

    READ = "read"  # cases, items, tables of exchange
    ACT = "act"  # do something with a case, decide
    EVENTS = "events"  # follow what happens


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToken:
    """Make a token."""

    name: str  # of the account as which it acts
    rights: Sequence[TokenRight] = (TokenRight.READ,)
    department: str = ""  # code: cases of its items alone; empty: all
    days: int = USUAL_DAYS  # for which it counts, 1..MAX_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """Let a token count no more."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenShown:
    """A token, without what proves it."""

    name: str
    rights: Sequence[TokenRight]
    department: str
    made_ms: int
    until_ms: int
    revoked_ms: int | None
    used_ms: int | None  # last, to the minute; None: never


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMade:
    """A new token: the only time that it is told."""

    name: str
    token: str = field(repr=False)
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """All tokens."""

    tokens: Sequence[TokenShown]


ADD = Call("county.token-add", AddToken, TokenMade)
LIST = Call("county.tokens", Nothing, Tokens, reads=True)
REVOKE = Call("county.token-revoke", RevokeToken, TokenShown)
