"""What can be asked of the pages of a running node."""

from dataclasses import dataclass
from functools import cache

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesPlace:
    """Where a browser finds them."""

    url: str
    sha256: str  # of their certificate


@cache
def place_call(name: str) -> Call[Nothing, PagesPlace]:
    """The call of one site: ``county.console`` or ``hub.board``."""
    return Call(name, Nothing, PagesPlace)
