"""The rules of supervision: data, by which a late or wrong case gets a reminder, a card, a letter.

A county may have its own, as JSON of the same shape. Source: docs/clocks.md, "Supervision".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from protocol.casework.clocks import What
from protocol.casework.lights import USUAL, Thresholds
from protocol.errors import MalformedError, UsageError
from protocol.json_values import from_json, to_json

MAX_RULES = 100  # of one county: the usual ones are 15
MAX_RULES_BYTES = 64 * 1024
MAX_OVER = 1_000  # units behind an end: as many as a limit may have
MAX_MINUTES = 24 * 60  # between acceptance and decision: what takes longer was not just written in
MAX_PERCENT = 90  # of a limit: one that begins to be yellow earlier says nothing
_ID_CHARS = 40
_WORD_CHARS = 100


class Rung(StrEnum):
    """How loud, the quietest first."""

    REMINDER = "reminder"
    WARNING = "warning"
    YELLOW = "yellow"
    RED = "red"
    LETTER = "letter"


class Trigger(StrEnum):
    """What a rule looks at."""

    LIMIT = "limit"  # how much of a limit is left, or has passed
    TRANSPORT = "transport"  # the same, where only the way to the county made it late
    CORRECTIONS = "corrections"  # how often the applicant was asked to correct
    NO_REASON = "no-reason"  # refused, or not accepted, without a word
    MISSED = "missed"  # a paper that was promised did not come
    CHARGED = "charged"  # money that the item's list of charges does not explain
    OUTSIDE = "outside"  # what was done elsewhere, and only written in here (体外循环)
    CALLBACK = "callback"  # a bad rating that is not called back, or answered, by its day


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When a rung is reached."""

    rung: Rung
    over: int = 0  # so much of its unit has passed behind the end; negative: so much is left
    near: bool = False  # as soon as the light is yellow, instead

    def __post_init__(self) -> None:
        """Refuse what no limit can reach."""
        if abs(self.over) > MAX_OVER:
            raise ValueError("over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule."""

    id: str  # 监察规则编号
    word: str
    trigger: Trigger
    what: tuple[What, ...] = ()  # of a limit: which
    times: int = 0  # of corrections: from which one on
    minutes: int = 0  # of what was done elsewhere: from acceptance to decision in fewer
    rungs: tuple[At, ...]

    def __post_init__(self) -> None:
        """Refuse what can't be listed or told."""
        if not (0 < len(self.id) <= _ID_CHARS and 0 < len(self.word) <= _WORD_CHARS):
            raise ValueError("id or word")
        if not 0 <= self.minutes <= MAX_MINUTES:
            raise ValueError("minutes")
        if not self.rungs or len({at.rung for at in self.rungs}) < len(self.rungs):
            raise ValueError("rungs")


def _limit(name: str, word: str, what: What, *rungs: At) -> Rule:
    return Rule(id=name, word=word, trigger=Trigger.LIMIT, what=(what,), rungs=rungs)


def _at(rung: Rung, over: int) -> At:
    return At(rung=rung, over=over)


_R = Rung
RULES: tuple[Rule, ...] = (
    _limit(
        "promised", "超过承诺时限", What.PROMISED,
        At(rung=_R.REMINDER, near=True), _at(_R.WARNING, -1), _at(_R.YELLOW, 1), _at(_R.RED, 4),
        _at(_R.LETTER, 11),
    ),
    _limit("legal", "超过法定时限", What.LEGAL, _at(_R.RED, 1), _at(_R.LETTER, 6)),
    _limit(
        "acceptance", "逾期未告知是否受理", What.ACCEPTANCE, _at(_R.WARNING, -1), _at(_R.RED, 1)
    ),
    _limit(
        "node", "环节超时", What.NODE,
        _at(_R.WARNING, 0), _at(_R.YELLOW, 1), _at(_R.RED, 4),
    ),
    _limit(
        "opinion", "部门意见逾期", What.OPINION,
        _at(_R.REMINDER, -1), _at(_R.YELLOW, 1), _at(_R.RED, 4),
    ),
    _limit("special", "特别程序超期", What.SPECIAL, _at(_R.YELLOW, 1), _at(_R.RED, 6)),
    _limit("telling", "决定逾期未告知", What.TELLING, _at(_R.WARNING, -1), _at(_R.YELLOW, 1)),
    _limit(
        "delivery", "决定逾期未送达", What.DELIVERY,
        _at(_R.WARNING, -1), _at(_R.YELLOW, 1), _at(_R.RED, 4),
    ),
    Rule(
        id="transport", word="村站未及时上传造成逾期", trigger=Trigger.TRANSPORT,
        what=(What.ACCEPTANCE, What.PROMISED, What.LEGAL), rungs=(_at(_R.WARNING, 1),),
    ),
    Rule(
        id="second-correction", word="再次要求补正", trigger=Trigger.CORRECTIONS, times=2,
        rungs=(_at(_R.RED, 0),),
    ),
    Rule(
        id="no-reason", word="不予受理或不予许可未说明理由", trigger=Trigger.NO_REASON,
        rungs=(_at(_R.RED, 0),),
    ),
    Rule(
        id="paper-missed", word="容缺材料逾期未补", trigger=Trigger.MISSED,
        rungs=(_at(_R.REMINDER, 0),),
    ),
    Rule(
        id="charged", word="目录外或超标准收费", trigger=Trigger.CHARGED, rungs=(_at(_R.RED, 0),),
    ),
    Rule(
        id="outside", word="疑似体外循环", trigger=Trigger.OUTSIDE, minutes=10,
        rungs=(_at(_R.WARNING, 0),),
    ),
    Rule(
        id="callback", word="差评逾期未回访、整改", trigger=Trigger.CALLBACK,
        rungs=(_at(_R.WARNING, -1), _at(_R.YELLOW, 1), _at(_R.RED, 4)),
    ),
)  # fmt: skip
"""The usual ones, after what counties publish of theirs."""


def read_rules(raw: bytes) -> tuple[Rule, ...]:
    """A county's own rules, as ``supervision rules --json`` writes them.

    Raises:
        UsageError: they are none, or two have one id.
    """
    try:
        if len(raw) > MAX_RULES_BYTES:
            raise UsageError(f"监察规则文件超过 {MAX_RULES_BYTES} 字节")
        rules = from_json(json.loads(raw), tuple[Rule, ...])
    except (MalformedError, ValueError, RecursionError) as exc:
        raise UsageError(f"监察规则读不懂：{str(exc)[:200]}") from None
    if not 0 < len(rules) <= MAX_RULES or len({rule.id for rule in rules}) < len(rules):
        raise UsageError(f"监察规则应有 1 至 {MAX_RULES} 条，编号不能重复")
    return rules


def rules_text(rules: Sequence[Rule]) -> str:
    """Rules as they are kept."""
    return json.dumps(to_json(list(rules)), ensure_ascii=False)


def read_yellow(raw: str) -> Thresholds:
    """When yellow begins, as it is kept; empty: as usual.

    Raises:
        UsageError: it would never, or always be yellow.
    """
    if not raw:
        return USUAL
    try:
        found: Mapping[str, int] = from_json(json.loads(raw), dict[str, int])
        return yellow_of(**found)
    except (MalformedError, TypeError, ValueError):
        raise UsageError(f"黄灯的界限读不懂：{raw[:200]}") from None


def yellow_of(percent: int, least: int, short: int) -> Thresholds:
    """When yellow begins.

    Raises:
        UsageError: it would never, or always be yellow.
    """
    if percent > MAX_PERCENT or max(least, short) > MAX_OVER or min(percent, least, short) < 0:
        raise UsageError(f"黄灯：百分比 0 至 {MAX_PERCENT}，其余 0 至 {MAX_OVER}")
    return Thresholds(percent=percent, least=least, short=short)


def yellow_text(yellow: Thresholds) -> str:
    """The same, as it is kept."""
    return json.dumps(asdict(yellow))
