"""Health: a node's signed word about itself, and what its parent adds when it passes that up.

It is for the eyes of people only. Nothing depends on it: a word that is lost is said again within
a day, and one that is wrong, late or repeated changes nothing but what somebody reads.

Source: docs/protocol.md section 9.7.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from protocol.codec import Record, altered, unpack
from protocol.envelope.keys import KEY_NAME_BYTES, Context, Publics, Signed, Signer, sign_record
from protocol.ids import NONCE_BYTES, NodeId
from protocol.limits import (
    HEALTH_AGAIN_S,
    HEALTH_S,
    MAX_CONDITION_CHARS,
    MAX_CONDITIONS,
    MAX_COUNT,
    MAX_HEALTH_BYTES,
    MAX_PROGRAM_CHARS,
)
from protocol.ports import Clock
from protocol.trust.reports.signed_report import open_word

CLOCK_STEP_MS = 60_000  # a smaller change of a clock's error is no news
_ROOM_SHARE = 0.25  # a smaller change of the free disk room is none either
_AILMENT = re.compile(r"[a-z][a-z-]*")


class Condition(Enum):
    """What only the node itself can know to be wrong with it."""

    SALVAGED = "salvaged"  # its database was damaged and made anew; the old files lie there still
    ROLLED_BACK = "set-back"  # its disk or its parent's was set back, or a copy of it runs
    DEFERRED = "set-aside"  # something waits that the next node refuses
    FAILED_INSIDE = "stumbled"  # the program failed on an item, and keeps it apart
    UNREADABLE = "unreadable"  # it can't open what the county sent
    NEEDS_NEWER = "needs-newer"  # it keeps what only a newer program understands
    DISK_LOW = "disk-low"  # hardly any room is left


class Health(Record, frozen=True, kw_only=True, array_like=True):
    """How a node is doing, by its own word."""

    node: bytes  # 8 bytes
    number: int  # only grows: trusted time in ms where that is known
    program: str  # version
    roster: int  # version that it holds
    release: int
    waiting: int = 0  # station: envelopes that the county has not confirmed; hub: not passed on
    waiting_bytes: int = 0  # the same, with the blobs
    oldest_s: int = 0  # how long the oldest of them has waited
    free_mib: int = 0  # room on its disk
    clock_error_ms: int | None = None  # own clock minus trusted time; None: it was never told
    conditions: tuple[str, ...] = ()  # Condition, or what a newer program knows
    authority: bytes = b""  # name of the TLS authority that its certificate is of; empty: unknown

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        counts = (self.roster, self.release, self.waiting, self.waiting_bytes)
        numbers = (*counts, self.oldest_s, self.free_mib, abs(self.clock_error_ms or 0))
        if (
            len(self.node) != NONCE_BYTES
            or not 0 < self.number < MAX_COUNT
            or any(not 0 <= number < MAX_COUNT for number in numbers)
            or not 0 < len(self.program) <= MAX_PROGRAM_CHARS
            or len(self.conditions) > MAX_CONDITIONS
            or not all(_is_ailment(code) for code in self.conditions)
            or len(self.authority) not in (0, KEY_NAME_BYTES)
        ):
            raise ValueError("health")

    @property
    def reporter(self) -> NodeId:
        """Whose word it is."""
        return NodeId(self.node.hex())

    def json(self) -> dict[str, Any]:
        """What it says, for commands and pages: no name and no number."""
        said = {name: getattr(self, name) for name in self.__struct_fields__[2:]}
        return said | {"conditions": list(self.conditions), "authority": self.authority.hex()}


class Heard(Record, frozen=True, kw_only=True, array_like=True):
    """In a child's Hello: when it last heard of a node, and that node's word if there is a new one.

    Ages, not times, so that everybody may go by his own clock.
    """

    node: bytes  # 8 bytes; the child itself, or one that calls it
    age_s: int | None  # None: not since the child's program started
    word: bytes = b""  # Signed[Health]

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if (
            len(self.node) != NONCE_BYTES
            or not 0 <= (self.age_s or 0) < MAX_COUNT
            or len(self.word) > MAX_HEALTH_BYTES
        ):
            raise ValueError("heard")

    @property
    def subject(self) -> NodeId:
        """Of whom it tells."""
        return NodeId(self.node.hex())


def _is_ailment(code: str) -> bool:
    return len(code) <= MAX_CONDITION_CHARS and _AILMENT.fullmatch(code) is not None


def sign_health(signer: Signer, health: Health) -> bytes:
    """Signed[Health], context HEALTH."""
    return sign_record(signer, Context.HEALTH, health)


def read_health(word: bytes, key_of: Callable[[NodeId], Publics | None]) -> Health:
    """The word, after the signature of its node was checked.

    Raises:
        SignatureError: not signed by the node that it speaks of, or that has no key.
        MalformedError, TooLargeError: not a word about health.
    """
    return open_word(word, Health, key_of, context=Context.HEALTH, limit=MAX_HEALTH_BYTES)


def known_health(word: bytes) -> Health:
    """A word that was checked when it came."""
    return unpack(unpack(word, Signed).body, Health)


def is_news(before: Health, now: Health) -> bool:
    """Whether somebody who has read ``before`` should read ``now``.

    A queue that moves is none: what waits for less than ``HEALTH_S`` goes by itself.
    """
    if _standing(before) != _standing(now):
        return True
    if now.waiting != before.waiting and (not now.waiting or now.oldest_s >= HEALTH_S):
        return True
    if abs(now.free_mib - before.free_mib) > before.free_mib * _ROOM_SHARE:
        return True
    if now.clock_error_ms is None or before.clock_error_ms is None:
        return now.clock_error_ms != before.clock_error_ms
    return abs(now.clock_error_ms - before.clock_error_ms) > CLOCK_STEP_MS


def _standing(health: Health) -> tuple[object, ...]:
    """What changes seldom."""
    return health.program, health.roster, health.release, health.conditions, health.authority


Listener = tuple[NodeId, bytes]
"""A parent, and the instance that it had when it was last met."""


@dataclass(slots=True, kw_only=True)
class Reporter:
    """Says a node's health to its parent when there is news, and not too often.

    At a Hello: if :meth:`is_due`, look at oneself and put :meth:`word` in; after an exchange that
    ended settled call :meth:`taken`.
    """

    signer: Signer
    clock: Clock
    number: int = 0  # of the last word
    _taken: Health | None = None
    _by: Listener | None = None
    _looked_s: float = 0.0
    _taken_s: float = 0.0
    _saying: tuple[Health, Listener] | None = None

    def resume(self, number: int) -> None:
        """The last word, before the program was started, had this number."""
        self.number = number

    def is_due(self, to: Listener) -> bool:
        """Whether it is time to look whether something is worth a word."""
        return to != self._by or self.clock.ticks_s() - self._looked_s >= HEALTH_S

    def word(self, now: Health, to: Listener) -> bytes:
        """The word for a Hello to ``to``; empty if there is no news.

        Args:
            now: its number is trusted time in ms, or 1; it is lifted above the last one.
        """
        if not self._is_worth_it(now, to):
            self._looked_s = self.clock.ticks_s()
            return b""
        self.number = max(self.number + 1, now.number)
        now = altered(now, number=self.number)
        self._saying = now, to
        return sign_health(self.signer, now)

    def taken(self) -> None:
        """The exchange of the last Hello ended settled: the parent has the word that it brought."""
        if self._saying is not None:
            self._taken, self._by = self._saying
            self._saying = None
            self._looked_s = self._taken_s = self.clock.ticks_s()

    def _is_worth_it(self, now: Health, to: Listener) -> bool:
        if self._taken is None or to != self._by:
            return True
        old = self.clock.ticks_s() - self._taken_s >= HEALTH_AGAIN_S
        return old or is_news(self._taken, now)
