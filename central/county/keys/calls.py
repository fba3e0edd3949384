"""What can be asked of the county about itself; light, for commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from protocol.json_values import ABSENT, Absent, Answer
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyStatus:
    """Which numbers are in force here, and what is wrong with the county itself."""

    node: str
    name: str
    instance: str  # of the database, in hex
    roster: int  # version
    release: int
    alarms: Sequence[Mapping[str, str]]  # code and words, the most urgent first


class Key(Enum):
    """Which key of the county is meant: a command line says so by these words."""

    OPENING = "opening"
    SIGNING = "signing"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfKey:
    """Make and announce the next key, or say where it stands."""

    key: Key = Key.OPENING


@dataclass(frozen=True, slots=True, kw_only=True)
class UseKey:
    """Put the announced key in the place of the present one."""

    key: Key = Key.OPENING
    force: bool = False  # although it stands in no backup and no safe
    stolen: bool = False  # what the old one signed counts no more


@dataclass(frozen=True, slots=True, kw_only=True)
class DropKey:
    """Let those before it count no more."""

    key: Key = Key.TLS
    anyway: bool = False  # although nodes still have a certificate of it


class KeyState(Answer, frozen=True, kw_only=True):
    """What is in use, announced and old, and whom it concerns."""

    in_use: str | None
    announced: str | None
    announced_ms: int | None
    old: int
    not_heard: int | None  # nodes that may not know of the announced one
    not_over: int | Absent | None = ABSENT  # nodes with a certificate of an old one


ANNOUNCE = Call("county.rekey-announce", OfKey, KeyState)
USE = Call("county.rekey-use", UseKey, KeyState)
DROP = Call("county.rekey-drop", DropKey, KeyState)
KEY_STATUS = Call("county.rekey-status", OfKey, KeyState, reads=True)
STATUS = Call("county.status", Nothing, CountyStatus, reads=True)
