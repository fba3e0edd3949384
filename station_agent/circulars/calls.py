"""What can be asked about circulars of the county, and what is told.

Source: docs/operations.md, "Circulars".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCirculars:
    """All that came, the newest first."""

    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCircular:
    """A clerk has read it; her password says that it is she."""

    circular: str  # its id
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A clerk who works here."""

    name: str
    read_ms: int | None  # by the local clock; None: she has not confirmed it


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularShown:
    """One of them, and who has read it."""

    circular: str
    title: str
    words: str
    at_ms: int  # when it was sent, by the county's clock
    readers: Sequence[Reader]

    def waits_for(self, clerk: str) -> bool:
        """Whether ``clerk`` works here and has not confirmed it."""
        return any(one.name == clerk and one.read_ms is None for one in self.readers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularConfirmed:
    """It is on disk and queued."""

    circular: str
    clerk: str


CIRCULARS = Call("circulars", ShowCirculars, list[CircularShown], reads=True)
CONFIRM = Call("circular-confirm", ConfirmCircular, CircularConfirmed)
