"""What can be asked of the catalogue."""

from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Publish a file as the next release."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release that is on its way to every node."""

    release: int  # its number


PUBLISH = Call("county.publish", Publish, Published)
