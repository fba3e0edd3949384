"""A block of numbers, and how far it was used: strictly in order, each number once.

Every number of a block is in turn used or voided, or remains. So always
``issued = used + voided + remaining``.

Source: docs/numbers.md; domain facts on ticket blocks: 票据按号顺序使用，作废须登记.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from protocol.errors.numbers import NumberSpentError, NumberWrongError
from protocol.limits import MAX_BLOCK_NUMBERS, MAX_REASON_CHARS, MAX_VOIDED_RUNS
from protocol.numbers.number import Series
from protocol.text import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What was issued: the numbers from ``first`` to ``last``."""

    id: bytes  # 8 random bytes
    series: Series
    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse a block without numbers, or with too many."""
        if not 0 < self.first <= self.last < self.first + MAX_BLOCK_NUMBERS:
            raise ValueError("block")

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, serial: int) -> bool:
        return self.first <= serial <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Numbers that were voided together, both ends included."""

    first: int
    last: int
    reason: str

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How far a block was used. Each step gives another one; nothing goes back."""

    block: Block
    next: int  # the first serial of which nothing became yet
    runs: tuple[Run, ...] = ()  # voided, in order

    @classmethod
    def begin(cls, block: Block) -> "Use":
        """Nothing of it is used."""
        return cls(block=block, next=block.first)

    @property
    def issued(self) -> int:
        """Numbers of the block."""
        return len(self.block)

    @property
    def voided(self) -> int:
        """Those of which something else became than a use."""
        return sum(map(len, self.runs))

    @property
    def used(self) -> int:
        """Those that stand on something."""
        return self.next - self.block.first - self.voided

    @property
    def remaining(self) -> int:
        """Those that are left; 0 once the block is closed."""
        return self.block.last - self.next + 1

    def take(self) -> tuple[int, "Use"]:
        """The next number, and what is so afterwards.

        Raises:
            NumberSpentError: none is left.
        """
        if not self.remaining:
            raise NumberSpentError
        return self.next, replace(self, next=self.next + 1)

    def void(self, count: int, reason: str) -> "Use":
        """The next ``count`` numbers are never used.

        Raises:
            NumberSpentError: so many are not left.
            NumberWrongError: no reason is given.
        """
        words = reason_words(reason)
        if not 0 < count <= self.remaining:
            raise NumberSpentError(f"剩余 {self.remaining} 个，要作废 {count} 个")
        if len(self.runs) >= MAX_VOIDED_RUNS - 1 and count < self.remaining:
            raise NumberSpentError(f"一个号段最多分 {MAX_VOIDED_RUNS} 次作废，请把剩余的一次作废")
        run = Run(first=self.next, last=self.next + count - 1, reason=words)
        return replace(self, next=self.next + count, runs=_joined(self.runs, run))

    def close(self, reason: str) -> "Use":
        """All that is left is voided; nothing changes where nothing is left."""
        return self.void(self.remaining, reason) if self.remaining else self

    def saw(self, *serials: int) -> "Use":
        """Something stands on each of these: so they were used, whatever was thought of them.

        What lies between was used in order before it, and has not come yet. A number that was
        voided after it had been used, because nobody knew, is used.
        """
        if wrong := [serial for serial in serials if serial not in self.block]:
            raise NumberWrongError(f"{wrong[0]}")
        seen = sorted(set(serials))
        following = max(self.next, seen[-1] + 1) if seen else self.next
        parts = [part for run in self.runs for part in _without(run, seen)]
        return replace(self, next=following, runs=tuple(parts))


def reason_words(reason: str) -> str:
    """Why numbers are voided, as it is kept: of so many characters, all of which people see.

    Raises:
        NumberWrongError: it says nothing.
    """
    words = visible(reason).strip()[:MAX_REASON_CHARS].rstrip()
    if not words:
        raise NumberWrongError("作废须写明原因")
    return words


def _joined(runs: tuple[Run, ...], run: Run) -> tuple[Run, ...]:
    last = runs[-1] if runs else None
    if last is None or last.reason != run.reason or last.last + 1 != run.first:
        return (*runs, run)
    return (*runs[:-1], replace(last, last=run.last))


def _without(run: Run, serials: Sequence[int]) -> list[Run]:
    """What is left of a run; the serials in order."""
    parts: list[Run] = []
    first = run.first
    for serial in serials[bisect_left(serials, run.first) : bisect_right(serials, run.last)]:
        if first < serial:
            parts.append(replace(run, first=first, last=serial - 1))
        first = serial + 1
    return [*parts, replace(run, first=first)] if first <= run.last else parts
