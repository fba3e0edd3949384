"""Who asks for something, and by which right: the first argument of every service method.

Pages, the command line and the control socket make one each; a service checks the right, and
writes the actor into the record. Nothing else knows where a call came from.

Source: docs/architecture.md, "Services"; docs/adr/0043-typed-calls-with-an-actor.md.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum

from protocol.errors import LoginForbiddenError


class Way(Enum):
    """By which way somebody asks."""

    COMMAND = "command"  # a command on this machine, by whoever owns the data folder
    PAGE = "page"  # somebody who is logged in
    API = "api"  # another system, by a token
    PROGRAM = "program"  # the program by itself


_MARKS = {Way.PAGE: " (web)", Way.API: " (api)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks for something."""

    name: str  # of the account; empty where nobody knows it
    way: Way
    rights: AbstractSet[Enum] | None = None  # None: may everything
    together: str = ""  # the account that proposed what this one confirmed

    @classmethod
    def at_command_line(cls, account: str) -> "Actor":
        """Whoever runs a command: the data folder is theirs, so everything in it is, too."""
        return cls(name=account, way=Way.COMMAND)

    @classmethod
    def on_page(cls, name: str, rights: AbstractSet[Enum], *, together: str = "") -> "Actor":
        """Somebody who is logged in, with the rights of the role."""
        return cls(name=name, way=Way.PAGE, rights=rights, together=together)

    @property
    def is_alone_on_page(self) -> bool:
        """Whether one person asks on a page, without a second who agreed."""
        return self.way is Way.PAGE and not self.together

    def require(self, right: Enum) -> None:
        """Raise LoginForbiddenError unless the actor has ``right``."""
        if self.rights is not None and right not in self.rights:
            raise LoginForbiddenError(str(right.value))

    def __str__(self) -> str:
        """As a record names the actor."""
        both = f"{self.together} + " if self.together else ""
        return f"{both}{self.name}{_MARKS.get(self.way, '')}"


PROGRAM = Actor(name="", way=Way.PROGRAM)
