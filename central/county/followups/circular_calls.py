"""What can be asked of circulars; light, for commands that must not load the county."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCircular:
    """Say something to every clerk of every station; each confirms by name."""

    circular: str  # 32 hex digits, made by the caller: sending again is answered alike
    title: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulars:
    """Those that were sent, the newest first; a page of them."""

    after: str = ""  # id of a circular; empty: from the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCircular:
    """One of them, with who has read it."""

    circular: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularListed:
    """One of them in a list."""

    circular: str
    title: str
    by: str  # the account that sent it
    sent_ms: int
    stations: int  # to which it was sent
    unread: int  # of those, where nobody has confirmed it, or somebody still has to


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkRead:
    """A clerk who has read it."""

    name: str  # empty: it was erased
    received_ms: int  # when the county heard


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRead:
    """One station, and its clerks as far as it has said."""

    station: str
    name: str
    read: Sequence[ClerkRead]  # none: it has not said anything
    waiting: Sequence[str]  # clerks who had not read it when their colleagues did

    @property
    def done(self) -> bool:
        """Whether all have read it who worked there when the last of them did."""
        return bool(self.read) and not self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularShown:
    """One circular, and every station that it was sent to; those that still have to first."""

    circular: str
    title: str
    words: str
    by: str
    sent_ms: int
    stations: Sequence[StationRead]


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularSent:
    """It is queued for so many stations."""

    circular: str
    stations: int


SEND_CIRCULAR = Call("county.circular-send", SendCircular, CircularSent)
CIRCULARS = Call("county.circulars", Circulars, list[CircularListed], reads=True)
SHOW_CIRCULAR = Call("county.circular", ShowCircular, CircularShown, reads=True)
