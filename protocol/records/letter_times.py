"""Within what time a letter to the county is answered, where the county has said nothing else.

Defaults, each by the rule that many counties follow: domain of letters in government practice.

Source: docs/operations.md, "Letters at the desk"; rules of 沈阳, 许昌 and 怀化; 信访工作条例.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.records.followups import LetterKind
from protocol.records.publicity import WindowUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTime:
    """How long an answer may take, and by what rule."""

    count: int
    unit: WindowUnit
    source: str


REPLY_TIMES: Mapping[LetterKind, ReplyTime] = {
    LetterKind.CONSULTATION: ReplyTime(
        count=5, unit=WindowUnit.WORKING_DAYS, source="通行做法（许昌等地：5 个工作日）"
    ),
    LetterKind.SUGGESTION: ReplyTime(
        count=15, unit=WindowUnit.DAYS, source="通行做法（怀化等地：最长 15 天）"
    ),
    LetterKind.COMPLAINT: ReplyTime(
        count=60, unit=WindowUnit.DAYS, source="《信访工作条例》：受理之日起 60 日内办结"
    ),
    LetterKind.MAILBOX: ReplyTime(
        count=10, unit=WindowUnit.WORKING_DAYS, source="通行做法（沈阳等地：复杂的 10 个工作日）"
    ),
}
