"""Budgets: how much one side of a link may send, lane by lane, and when.

The county sets the budget of a node's link on the roster; the nodes at both ends may restrict
it further in their own settings. Where several say something, the strictest holds.

Lanes 0 and 1 obey rates only: no window and no day's share holds back a receipt or an urgent
application, though their bytes count for the day. A stick obeys no budget.

Source: docs/protocol.md section 8.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from protocol.codec import Record, typed
from protocol.envelope.envelope import Lane
from protocol.errors import MalformedError, UsageError
from protocol.limits import MAX_COUNT, MAX_WINDOWS, MIN_BUDGET_BYTES_PER_S
from protocol.trust.schedule import Windows, read_window

NEVER_SHUT = (Lane.CONTROL, Lane.URGENT)


class LaneBudget(Record, frozen=True, kw_only=True):
    """What one lane, or a link as a whole, may send in one direction."""

    bytes_per_s: int | None = None  # None: as fast as the line is
    bytes_per_day: int | None = None  # of a local day; 0 shuts the lane
    windows: tuple[str, ...] = ()  # open in the minutes that one of them matches; none: always

    def __post_init__(self) -> None:
        """Refuse what no sender could obey."""
        if (
            self.bytes_per_s is not None
            and not MIN_BUDGET_BYTES_PER_S <= self.bytes_per_s < MAX_COUNT
        ):
            raise ValueError(f"bytes_per_s is below {MIN_BUDGET_BYTES_PER_S}")
        if self.bytes_per_day is not None and not 0 <= self.bytes_per_day < MAX_COUNT:
            raise ValueError("bytes_per_day")
        if len(self.windows) > MAX_WINDOWS:
            raise ValueError(f"more than {MAX_WINDOWS} windows")
        for expression in self.windows:
            try:
                read_window(expression)
            except MalformedError as exc:
                raise ValueError(exc.detail) from None


class Budget(Record, frozen=True, kw_only=True):
    """What one side of a link may send: all of it together, and by lanes."""

    link: LaneBudget | None = None
    control: LaneBudget | None = None
    urgent: LaneBudget | None = None
    applications: LaneBudget | None = None
    results: LaneBudget | None = None
    blobs: LaneBudget | None = None
    catalogue: LaneBudget | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that would not be obeyed."""
        for lane in NEVER_SHUT:
            own = self.of(lane)
            if own and (own.windows or own.bytes_per_day is not None):
                raise ValueError(f"{lane.name.lower()} obeys bytes_per_s only")

    def of(self, lane: Lane) -> LaneBudget | None:
        """What is said of ``lane`` alone."""
        found: LaneBudget | None = getattr(self, lane.name.lower())
        return found


def read_budget(plain: object) -> Budget:
    """The budget that stands in a settings file or command.

    Raises:
        UsageError: an unknown key, or a value that no sender could obey.
    """
    try:
        return typed(plain, Budget)
    except MalformedError as exc:
        raise UsageError(f"budget: {exc.detail}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds for a lane or a link when everybody has spoken."""

    bytes_per_s: int | None = None
    bytes_per_day: int | None = None
    windows: Windows = frozenset()

    @classmethod
    def of(cls, budget: LaneBudget | None) -> Self:
        """The rule that one budget makes."""
        if budget is None:
            return cls()
        windows = frozenset({frozenset(budget.windows)} if budget.windows else ())
        return cls(
            bytes_per_s=budget.bytes_per_s, bytes_per_day=budget.bytes_per_day, windows=windows
        )

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(
            bytes_per_s=_least(self.bytes_per_s, other.bytes_per_s),
            bytes_per_day=_least(self.bytes_per_day, other.bytes_per_day),
            windows=self.windows | other.windows,
        )


_FREE = Rule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rules for one direction of one link. Two plans are merged by ``&``."""

    link: Rule = _FREE
    lanes: Mapping[Lane, Rule] = field(default_factory=lambda: dict.fromkeys(Lane, _FREE))
    free: bool = field(init=False, compare=False)  # nothing is restricted
    _binding: Mapping[Lane, tuple[Rule, Rule]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what is asked for each item."""
        paced = Rule(bytes_per_s=self.link.bytes_per_s)
        binding = {
            lane: (paced if lane in NEVER_SHUT else self.link, self.lanes[lane]) for lane in Lane
        }
        object.__setattr__(self, "_binding", binding)
        free = all(rule == _FREE for rule in (self.link, *self.lanes.values()))
        object.__setattr__(self, "free", free)

    @classmethod
    def of(cls, *budgets: Budget | None) -> "Plan":
        """The plan that all ``budgets`` make together; None says nothing."""
        plan = cls()
        for budget in budgets:
            if budget is not None:
                lanes = {lane: Rule.of(budget.of(lane)) for lane in Lane}
                plan &= cls(link=Rule.of(budget.link), lanes=lanes)
        return plan

    def __and__(self, other: "Plan") -> "Plan":
        lanes = {lane: self.lanes[lane] & other.lanes[lane] for lane in Lane}
        return Plan(link=self.link & other.link, lanes=lanes)

    def binding(self, lane: Lane) -> tuple[Rule, Rule]:
        """The rules that ``lane`` obeys: the link's, as far as it binds this lane, and its own."""
        return self._binding[lane]


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
