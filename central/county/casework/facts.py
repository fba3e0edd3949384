"""What casework tells other capabilities of cases."""

from dataclasses import dataclass

from central.county.ports.keys import Key
from protocol.envelope.suites import SuiteNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How far one case has got."""

    number: str
    suite: SuiteNumber  # of the envelope that opened it; answers use it too
    complete: bool  # all its attachments are here


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What the log of a case has to know of it."""

    key: Key
    number: str
    item: str
    release: int  # by which it was taken in
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A case that has a decision."""

    number: str
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases one station has."""

    received: int
    complete: int
    decided: int  # returned for correction counts too
    damaged: int  # envelopes that brought a damaged file
