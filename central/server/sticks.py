"""Sticks of a hub or county, for whoever may move them: the right, and the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from protocol.codec import Answer
from protocol.errors import StickNothingError
from protocol.ids import node_id
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Call, Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record
from runtime.sticks.carried import Carried
from runtime.sticks.command import Stick, log_carried


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
        """Those of a ``county`` or a ``hub``."""
        return cls(
            export=Call(f"{role}.stick-export", ExportStick, Moved),
            take_in=Call(f"{role}.stick-import", ImportStick, Moved),
        )


class StickService:
    """The sticks of one node. Each method raises LoginForbiddenError without Right.RUN."""

    def __init__(self, role: str, stick: Stick, record: Record) -> None:
        """Args: role: ``county`` or ``hub``, as calls and the record name it."""
        self._stick, self._record = stick, record
        self.calls = StickCalls.of(role)

    async def export(self, actor: Actor, wanted: ExportStick, report: Report = silent) -> Moved:
        """Pack what waits.

        Raises StickError, DiskFullError and the like.
        """
        detail: Mapping[str, Any] = {"for": wanted.for_}
        name, folder = self.calls.export.name, str(wanted.folder)
        async with self._record.action(actor, name, subject=folder, detail=detail):
            actor.require(Right.RUN)
            to = node_id(wanted.for_) if wanted.for_ else None
            carried = await self._stick.export(wanted.folder, to, report)
        log_carried("exported", carried)
        return _moved(carried)

    async def take_in(self, actor: Actor, wanted: ImportStick, report: Report = silent) -> Moved:
        """Take in what others packed.

        Raises StickError, and:
            StickNothingError: nothing there is for this node.
        """
        async with self._record.action(actor, self.calls.take_in.name, subject=str(wanted.folder)):
            actor.require(Right.RUN)
            carried = await self._stick.take_in(wanted.folder, report)
            if carried.found_nothing:
                raise StickNothingError(f"其他节点的文件 {carried.others} 个")
        log_carried("imported", carried)
        return _moved(carried)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(self.calls.export, self.export), Handler(self.calls.take_in, self.take_in)
        )


def _moved(carried: Carried) -> Moved:
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
