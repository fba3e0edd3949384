"""What can be asked of a node's sticks, and how much one export or import moved.

Source: docs/operations.md, "Commands"; docs/adr/0043-typed-calls-with-an-actor.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from protocol.errors import StickNothingError
from protocol.ids import NodeId
from protocol.json_values import Answer
from runtime.control.calls import Call
from runtime.control.owner import Report

if TYPE_CHECKING:
    from runtime.sticks.carried import Carried  # a command that carries nothing starts faster


class Stick(Protocol):
    """What a node's store offers for carrying by hand."""

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> "Carried":
        """Pack what waits, for everybody or for one node and those below it."""
        ...

    async def take_in(self, folder: Path, report: Report) -> "Carried":
        """Store what others packed."""
        ...


class ExportStick(Answer, frozen=True, kw_only=True):
    """Pack what waits into a folder."""

    folder: Path
    for_: str = ""  # node id: only for this one and those below it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStick:
    """Take in what lies in a folder."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file that was not taken."""

    file: str
    code: str  # docs/errors.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one export wrote, or one import took in."""

    envelopes: int
    blobs: int
    editions: int
    times: int
    bytes: int
    joins: int
    refused: Sequence[RefusedFile]
    refused_more: int  # refused, and not named one by one
    skipped: int
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StickCalls:
    """The calls of one node."""

    export: Call[ExportStick, Moved]
    take_in: Call[ImportStick, Moved]

    @classmethod
    @cache
    def of(cls, role: str) -> Self:
        """Those of a ``county``, a ``hub`` or a ``station``."""
        return cls(
            export=Call(f"{role}.stick-export", ExportStick, Moved, reads=True),
            take_in=Call(f"{role}.stick-import", ImportStick, Moved),
        )


def require_found(carried: "Carried") -> None:
    """Raise StickNothingError if an import met nothing for this node."""
    if carried.found_nothing:
        raise StickNothingError(f"其他节点的文件 {carried.others} 个")


def moved(carried: "Carried") -> Moved:
    """What was carried, as it is told."""
    return Moved(
        envelopes=carried.envelopes,
        blobs=carried.blobs,
        editions=carried.editions,
        times=carried.times,
        bytes=carried.size,
        joins=carried.joins,
        refused=[RefusedFile(file=file, code=code) for file, code in carried.refused.items()],
        refused_more=carried.refused_more,
        skipped=carried.skipped,
        others=carried.others,
    )
