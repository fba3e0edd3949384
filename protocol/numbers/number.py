"""One number as it stands on paper: readable aloud, and proof against mistyping.

::

    451423-2026-1-041000017-482915-36
    |      |    | |         |      two check digits (ISO 7064 MOD 97-10, GB/T 17710)
    |      |    | |         six digits of the start that used it: two copies of a PC differ here
    |      |    | serial: three digits of the county's life, six of its count
    |      |    kind: 1 a case, 2 a ticket
    |      year
    issuer: division code of the county, or of the office that may charge

Only digits, because a number is read to others by telephone, in whatever dialect.

Source: docs/numbers.md.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Self

from protocol.errors.numbers import NumberWrongError
from protocol.limits import MAX_NUMBER_CHARS
from protocol.text import identifier

LIFE_SERIALS = 1_000_000  # that one life of a county's database gives out in one series
LIVES = 1000  # of a county: three digits of the serial
_STARTS = 1_000_000
_MODULUS = 97
_CHECK = 98  # so that the whole number leaves a remainder of 1
_LAYOUT = re.compile(r"([0-9]{6,12})([0-9]{4})([12])([0-9]{9})([0-9]{6})([0-9]{2})")


class NumberKind(Enum):
    """What a series of numbers is for."""

    CASE = "case"  # 办件编号
    TICKET = "ticket"  # 票据号码, only of an office that may charge


_DIGITS = {NumberKind.CASE: "1", NumberKind.TICKET: "2"}
_KINDS = {digit: kind for kind, digit in _DIGITS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Whose numbers, what for, and of which year: within it no serial comes twice."""

    issuer: str  # 6 to 12 digits of a division code
    kind: NumberKind
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a series, as one start of one PC used it."""

    series: Series
    serial: int
    start: str  # six digits, of :func:`start_digits`

    @property
    def text(self) -> str:
        """As it is printed, shown and stored."""
        groups = self._groups()
        return "-".join((*groups, f"{_check_digits(''.join(groups)):02d}"))

    def _groups(self) -> tuple[str, ...]:
        series = self.series
        kind = _DIGITS[series.kind]
        return series.issuer, f"{series.year:04d}", kind, f"{self.serial:09d}", self.start

    @classmethod
    def read(cls, text: str) -> Self:
        """The number that somebody typed or sent; how it is parted into groups does not matter.

        Raises:
            NumberWrongError: a digit is wrong or missing.
        """
        digits = identifier(text).replace("-", "").replace(" ", "")
        found = _LAYOUT.fullmatch(digits) if len(text) <= 2 * MAX_NUMBER_CHARS else None
        if found is None or int(digits) % _MODULUS != 1:
            raise NumberWrongError(text[:MAX_NUMBER_CHARS])
        issuer, year, kind, serial, start, _ = found.groups()
        series = Series(issuer=issuer, kind=_KINDS[kind], year=int(year))
        return cls(series=series, serial=int(serial), start=start)


def start_digits(incarnation: bytes) -> str:
    """The part of a number that tells two starts apart: both drew their name by chance.

    Args:
        incarnation: 8 random bytes, opened by a station's first envelope after a start.
    """
    return f"{int.from_bytes(incarnation) % _STARTS:06d}"


def first_serial(life: int) -> int:
    """The serial before which a life of a county begins to count.

    Args:
        life: 0 to 999; a county that was restored or set back has another one, so it gives out
            no serial twice, whatever it forgot.
    """
    return life * LIFE_SERIALS


def _check_digits(digits: str) -> int:
    return _CHECK - int(digits) * 100 % _MODULUS
