"""What may be done about a bad rating, by whom, and what it changes: pure.

Source: docs/ratings.md, "Call back".
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Protocol

from central.county.ratings.limits import TRIES
from central.county.ratings.words import DETAILS, STATES
from protocol.errors import UsageError
from protocol.errors.ratings import (
    CallbackHeldError,
    CallbackOwnError,
    CallbackStateError,
    CallbackWordsError,
)
from protocol.limits import MAX_NOTE_CHARS

MALICIOUS, MISTAKEN, TRUE = "malicious", "mistaken", "true"
BY_OTHERS = frozenset({"found", "closed"})
"""What nobody does who was rated."""

BY_VILLAGE = ("answered", "village")
"""An answer that the village says to the citizen."""

WORDLESS = frozenset({"taken"})
_OF_HOLDER = frozenset({"returned", "called", "mended", "answered"})


class Callback(Protocol):
    """How far a bad rating has got."""

    state: str
    holder: str
    tries: int
    reached: bool
    finding: str
    mended: bool
    answered: bool


def missing(one: Callback) -> Iterator[str]:
    """What is to be done before it can be closed, in words."""
    if not is_called(one):
        yield f"联系上评价人（或 {TRIES} 次没有联系上）"
    if not one.finding:
        yield "核实"
    if one.finding == TRUE and not one.mended:
        yield "整改"
    if one.finding != MALICIOUS and not one.answered:
        yield "答复评价人"


def is_called(one: Callback) -> bool:
    """Whether the citizen was reached, or called often enough."""
    return one.reached or one.tries >= TRIES


def require(
    one: Callback, kind: str, detail: str, words: str, *, by: str, rated: Collection[str]
) -> None:
    """Whether somebody may do this about it now.

    Raises:
        UsageError: there is no such step.
        CallbackWordsError: nothing, or too much, is said.
        CallbackStateError: it is closed, or not ready to be.
        CallbackHeldError: somebody else has taken it.
        CallbackOwnError: whoever was rated does not.
    """
    if detail not in DETAILS.get(kind, {"": ""}):
        raise UsageError(f"不认识的办法：{kind[:20]} {detail[:20]}")
    if not (kind in WORDLESS or words) or len(words) > MAX_NOTE_CHARS:
        raise CallbackWordsError(f"{len(words)}")
    if one.state == "closed":
        raise CallbackStateError(STATES["closed"])
    if kind in BY_OTHERS and by in rated:
        raise CallbackOwnError(by)
    if kind in {*_OF_HOLDER, *WORDLESS} and one.holder not in ("", by):
        raise CallbackHeldError(one.holder)
    if kind == "returned" and not one.holder:
        raise CallbackStateError(STATES["open"])
    if kind == "closed" and (left := list(missing(one))):
        raise CallbackStateError(f"还没有{'、'.join(left)}")


def apply(one: Callback, kind: str, detail: str, by: str) -> None:
    """Move it on by what was done; whoever does something first has taken it."""
    if kind in _CHANGES:
        _CHANGES[kind](one, detail)
    if kind in {"called", "mended", "answered", "taken"}:
        one.holder, one.state = by, "taken"


def _call(one: Callback, detail: str) -> None:
    if detail == "reached":
        one.reached = True
    else:
        one.tries += 1


def _find(one: Callback, detail: str) -> None:
    one.finding = detail


def _mend(one: Callback, _: str) -> None:
    one.mended = True


def _answer(one: Callback, _: str) -> None:
    one.answered = True


def _give_back(one: Callback, _: str) -> None:
    one.holder, one.state = "", "open"


def _close(one: Callback, _: str) -> None:
    one.state = "closed"


_CHANGES: Mapping[str, Callable[[Callback, str], None]] = {
    "called": _call,
    "found": _find,
    "mended": _mend,
    "answered": _answer,
    "returned": _give_back,
    "closed": _close,
}
KINDS = (*_CHANGES, "taken")
"""What somebody can do."""
