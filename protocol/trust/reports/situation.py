"""A station's situation as a code of ten digits, to be read to whoever helps by telephone.

::

    digits = version 1, then 7 digits of one number, then 2 check digits (ISO 7064 MOD 97-10)
    number = conditions (8 bits) | standing (3) | line (2) | waiting (4) | oldest (4)

Nothing personal stands in it; whoever decodes it needs no data of the station.

Source: docs/operations.md, "A code for help by telephone".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from protocol.errors.desk import SituationCodeError
from protocol.text import identifier
from protocol.trust.reports.health import Condition

_VERSION = "1"
_MODULUS, _CHECK, _GROUP, _NUMBER_DIGITS = 97, 98, 4, 7
_TYPED = re.compile(r"1[0-9]{9}")
_MOST = 15  # of a step: four bits
_SHOWN_CHARS = 40
_DAY_S = 86_400


class Line(Enum):
    """How the line to the parent is."""

    NEVER = "never"  # no exchange has ended yet
    CONNECTED = "connected"  # one is going on
    RECENT = "recent"  # the last one ended within a day
    AWAY = "away"  # it is longer ago


class Standing(Enum):
    """What the county says of this PC."""

    ACTIVE = "active"
    DRAINING = "draining"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    RETIRED = "retired"
    REPLACED = "replaced"


class Trouble(Enum):
    """What is wrong with the PC: its own conditions, and its clock."""

    SALVAGED = Condition.SALVAGED.value
    ROLLED_BACK = Condition.ROLLED_BACK.value
    DEFERRED = Condition.DEFERRED.value
    FAILED_INSIDE = Condition.FAILED_INSIDE.value
    UNREADABLE = Condition.UNREADABLE.value
    NEEDS_NEWER = Condition.NEEDS_NEWER.value
    DISK_LOW = Condition.DISK_LOW.value
    CLOCK_WRONG = "clock-wrong"


_TROUBLES, _STANDINGS, _LINES = tuple(Trouble), tuple(Standing), tuple(Line)
_WIDTHS: Mapping[str, int] = {"troubles": 8, "standing": 3, "line": 2, "waiting": 4, "oldest": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a helper should know first."""

    troubles: frozenset[Trouble]
    standing: Standing
    line: Line
    waiting: int  # step: so many envelopes wait as it has bits; 15 or more are 15
    oldest_days: int  # whole days that the oldest has waited; 15 or more are 15

    def code(self) -> str:
        """As it is read out: ``1012-3456-78``."""
        values = {
            "troubles": sum(1 << at for at, one in enumerate(_TROUBLES) if one in self.troubles),
            "standing": _STANDINGS.index(self.standing),
            "line": _LINES.index(self.line),
            "waiting": self.waiting,
            "oldest": self.oldest_days,
        }
        number = 0
        for name, width in _WIDTHS.items():
            number = number << width | values[name]
        digits = f"{_VERSION}{number:0{_NUMBER_DIGITS}d}"
        digits += f"{_CHECK - int(digits) * 100 % _MODULUS:02d}"
        return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))

    @property
    def at_least(self) -> int:
        """How many envelopes wait at least."""
        return 1 << self.waiting - 1 if self.waiting else 0


def situation(
    *, troubles: frozenset[Trouble], standing: Standing, line: Line, waiting: int, oldest_s: int
) -> Situation:
    """The situation with its numbers in the steps of a code."""
    return Situation(
        troubles=troubles,
        standing=standing,
        line=line,
        waiting=min(waiting.bit_length(), _MOST),
        oldest_days=min(oldest_s // _DAY_S, _MOST),
    )


def read_situation(text: str) -> Situation:
    """The situation that somebody read out.

    Raises:
        SituationCodeError: a digit is wrong or missing, or a newer program made it.
    """
    digits = identifier(text).replace("-", "").replace(" ", "")
    if not _TYPED.fullmatch(digits) or int(digits) % _MODULUS != 1:
        raise SituationCodeError(text[:_SHOWN_CHARS])
    number, values = int(digits[1 : 1 + _NUMBER_DIGITS]), dict[str, int]()
    for name, width in reversed(list(_WIDTHS.items())):
        values[name], number = number & (1 << width) - 1, number >> width
    if number or values["standing"] >= len(_STANDINGS):
        raise SituationCodeError(text[:_SHOWN_CHARS])
    bits = values["troubles"]
    return Situation(
        troubles=frozenset(one for at, one in enumerate(_TROUBLES) if bits >> at & 1),
        standing=_STANDINGS[values["standing"]],
        line=_LINES[values["line"]],
        waiting=values["waiting"],
        oldest_days=values["oldest"],
    )
