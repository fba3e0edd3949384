"""What is wrong with a node: what the county sees, and what the node says of itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from central.county.nodes.view import Alarm, NodeView, Severity
from protocol.trust.reports.health import Condition
from protocol.trust.roster import Role, State

_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
CLOCK_MS = 5 * _MINUTE_MS  # an error that people notice on papers
OLD_QUEUE_MS = _DAY_MS
BEHIND_MS = _DAY_MS  # an edition must have been there for so long before it counts
INVITED_MS = 14 * _DAY_MS

SEVERITIES: Mapping[str, Severity] = {
    "clock-jumped": Severity.URGENT,
    "silent": Severity.URGENT,
    "queue-old": Severity.URGENT,
    "forks": Severity.URGENT,
    "two-requests": Severity.URGENT,
    "wrong-codes": Severity.URGENT,
    Condition.SALVAGED.value: Severity.URGENT,
    Condition.UNREADABLE.value: Severity.URGENT,
    Condition.DISK_LOW.value: Severity.URGENT,
    Condition.ROLLED_BACK.value: Severity.WARNING,
    Condition.DEFERRED.value: Severity.WARNING,
    Condition.FAILED_INSIDE.value: Severity.WARNING,
    Condition.NEEDS_NEWER.value: Severity.WARNING,
    "clock": Severity.WARNING,
    "behind": Severity.WARNING,
    "program-old": Severity.NOTICE,
    "never-joined": Severity.NOTICE,
}
"""Every alarm that this program knows, the most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a node may be silent, in seconds."""

    hub_s: float = 3600.0
    station_s: float = 3 * 86_400.0  # village PCs are off at weekends

    def ms(self, role: Role) -> float:
        """For one role."""
        return (self.hub_s if role is Role.HUB else self.station_s) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What nodes are measured by at one moment."""

    now_ms: int
    program: str  # of the county
    roster: int  # every node should hold this one or a newer
    release: int
    silence: Silence = field(default_factory=Silence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSignals:
    """What is known of a node beside its view."""

    conditions: Sequence[str] = ()  # its own word
    forks: int = 0
    invited_ms: int | None = None
    clock_jumped: bool = False  # of the county itself: nobody has confirmed its date
    suspicions: Collection[str] = ()  # about its kit: what somebody else did with it


def alarms(view: NodeView, signs: NodeSignals, measure: Measure) -> tuple[Alarm, ...]:
    """What is wrong, the most urgent first; nothing of a node that is not to speak."""
    codes = set(_found(view, signs, measure))
    order = [code for code in SEVERITIES if code in codes]
    unknown = sorted(codes - SEVERITIES.keys())  # of a newer program
    return tuple(Alarm(code, SEVERITIES.get(code, Severity.WARNING)) for code in (*order, *unknown))


def _found(view: NodeView, signs: NodeSignals, measure: Measure) -> Iterator[str]:
    if signs.clock_jumped:
        yield "clock-jumped"
    yield from signs.suspicions
    if view.state is State.INVITED and _is_older(signs.invited_ms, INVITED_MS, measure.now_ms):
        yield "never-joined"
    if not view.should_speak:
        return
    yield from signs.conditions
    if view.heard_ms is None or _is_older(
        view.heard_ms, measure.silence.ms(view.role), measure.now_ms
    ):
        yield "silent"
    if _is_older(view.oldest_ms, OLD_QUEUE_MS, measure.now_ms):
        yield "queue-old"
    if signs.forks:
        yield "forks"
    if abs(view.clock_error_ms or 0) > CLOCK_MS:
        yield "clock"
    if _is_behind(view, measure):
        yield "behind"
    if view.program and _numbers(view.program) < _numbers(measure.program):
        yield "program-old"


def _is_older(at_ms: int | None, age_ms: float, now_ms: int) -> bool:
    return at_ms is not None and now_ms - at_ms > age_ms


def _is_behind(view: NodeView, measure: Measure) -> bool:
    held = ((view.roster, measure.roster), (view.release, measure.release))
    return any(version is not None and version < due for version, due in held)


def _numbers(program: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in program.split(".")]
