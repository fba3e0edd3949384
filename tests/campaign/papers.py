"""What a clerk hands in, and what a handler decides."""

from dataclasses import dataclass

from protocol.envelope.payloads import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One application as it was handed in."""

    form: str  # JSON text
    file: bytes  # empty: none


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision; no two have the same note."""

    outcome: Outcome
    note: str
    file: bytes  # empty: none
