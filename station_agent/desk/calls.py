"""What can be asked about a station's desk.

Source: docs/operations.md, "The desk".
"""

from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskShown:
    """Where the desk is."""

    url: str
    first: str | None  # with a one-time token, while nobody is a clerk: makes the first one


DESK = Call("desk", Nothing, DeskShown, reads=True)
