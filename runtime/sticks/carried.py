"""What one export wrote, or one import took in, as it is counted and told.

Source: docs/protocol.md section 11.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from protocol.limits import MAX_STICK_REFUSALS
from protocol.stick.names import FileKind
from runtime.control.done import Done

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Carried:
    """What one export wrote, or one import took in."""

    envelopes: int = 0
    blobs: int = 0
    editions: int = 0
    times: int = 0  # of the county
    size: int = 0  # bytes of these
    joins: int = 0  # requests to join that were carried or answered
    skipped: int = 0  # export: there already; import: held already, or for others
    others: int = 0  # import: of the skipped, those for other nodes
    refused: dict[str, str] = field(default_factory=dict)  # file -> error code
    refused_more: int = 0  # refused, and not named one by one

    @property
    def found_nothing(self) -> bool:
        """Whether an import met nothing for this node, not even what it holds already."""
        taken = self.envelopes + self.blobs + self.editions + self.joins + self.size
        return not (taken or self.refused or self.skipped > self.others)

    def count(self, kind: FileKind, size: int) -> None:
        """One more file was written or taken in."""
        self.size += size
        match kind:
            case FileKind.ENVELOPE:
                self.envelopes += 1
            case FileKind.BLOB:
                self.blobs += 1
            case FileKind.EDITION:
                self.editions += 1
            case FileKind.TIME:
                self.times += 1

    def skip(self, files: int = 1, *, others: int = 0) -> None:
        """These files were there already, or held, or (``others`` of them) for other nodes."""
        self.skipped += files
        self.others += others

    def carried_joins(self, joins: int, *, kept: int = 0) -> None:
        """So many requests to join went along or were answered; ``kept`` ones wait for a word."""
        self.joins = joins
        self.skipped += kept

    def refuse(self, file: str, code: str) -> None:
        """A file was not taken; the first reason stays."""
        if file in self.refused:
            return
        if len(self.refused) < MAX_STICK_REFUSALS:
            self.refused[file] = code
        else:
            self.refused_more += 1


def log_carried(done: str, carried: Carried) -> None:
    """Say in the log that a stick was ``exported`` or ``imported``, and how much."""
    log.info(
        "stick carried",
        extra={
            "event": f"stick.{done}",
            "envelopes": carried.envelopes,
            "blobs": carried.blobs,
            "bytes": carried.size,
            "refused": len(carried.refused) + carried.refused_more,
        },
    )


class Progress:
    """Tells how many bytes were dealt with, for a bar on a terminal."""

    def __init__(self, report: Callable[[Done], None], total: int) -> None:
        self._report, self._total, self._done = report, total, 0

    def add(self, size: int) -> None:
        """So many bytes more."""
        self._done += size
        self._report(Done(self._done, max(self._total, self._done)))
