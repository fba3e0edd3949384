"""What can be asked of the audit record; light, for commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRecord:
    """Read all of the record, and compare it."""

    export: Path | None = None  # an earlier export
    heads: Sequence[str] = ()  # ``NUMBER:HASH``, as a hub or station shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecord:
    """Write the record into a new file."""

    to: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRecord:
    """Let go of old entries."""

    before: str  # a day, as 2026-01-31


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChain:
    """The record as it was found whole."""

    first: int
    last: int
    hash: str  # of the last entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many entries are gone."""

    purged: int


VERIFY = Call("audit.verify", VerifyRecord, RecordChain, reads=True)
EXPORT = Call("audit.export", ExportRecord, RecordChain)
PURGE = Call("audit.purge", PurgeRecord, Purged)
