"""What an item says of how its cases are handled: what the law gives only to some.

Nothing here is guessed from an item's name: what is not written holds for licences alone, as their
law has it, or for nobody.

Source: docs/catalogue.md, "How it is handled"; 行政许可法 articles 32, 42 and 44.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from protocol.catalogue.calendars.due import Limit, Unit
from protocol.catalogue.items.records import Record
from protocol.catalogue.items.rules import IllegalError

LICENCE = "01"  # of the types (GB/T 39046 A.1)

_FIVE, _TEN = (Limit(count=n, unit=Unit.WORKING_DAYS) for n in (5, 10))


class Silence(StrEnum):
    """What follows when a department that was asked does not answer in time; never its consent."""

    ESCALATE = "escalate"  # the head of the office that asked is told
    GO_ON = "go-on"  # it need not be waited for any more


SILENCES: Mapping[Silence, str] = {
    Silence.ESCALATE: "报负责人督促",
    Silence.GO_ON: "不再等待，继续办理",
}
"""As people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling(Record):
    """Limits and rules beside the limits of the whole."""

    accept: Limit = _FIVE  # 受理期限: by when it is accepted, returned or refused
    by_default: bool | None = None  # 视为受理: silence accepts; None: as the law has it
    correct: Limit | None = None  # how long an applicant may take for a correction
    lapses: bool = False  # a correction that never comes ends the case
    extend: Limit | None = None  # by how much the whole may be made longer, once
    papers: Limit | None = None  # help comes first in an emergency, the papers within this
    silence: Silence = Silence.ESCALATE
    tell: Limit | None = None  # by when the decision is told
    deliver: Limit | None = None  # by when it is delivered

    def check_together(self) -> None:
        """A case ends only by a limit that somebody was told of."""
        if self.lapses and self.correct is None:
            raise IllegalError("没有写补正期限，就不能因逾期未补正而终止", "lapses")


def handling_by_law(handling: Handling, item_type: str) -> Handling:
    """With what the law gives to items of this type where the item itself says nothing."""
    licence = item_type == LICENCE
    by_default = licence if handling.by_default is None else handling.by_default
    if not licence:
        return replace(handling, by_default=by_default)
    return replace(
        handling,
        by_default=by_default,
        extend=handling.extend or _TEN,
        deliver=handling.deliver or _TEN,
    )
