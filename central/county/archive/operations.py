"""Filing and purging for whoever may: rights, two persons on a page, and the record."""

from central.accounts.roles import Right
from central.county.archive import calls
from central.county.archive.calls import (
    Exported,
    Filing,
    Made,
    Moved,
    NotFiled,
    PackageShown,
    PackageWhole,
    Purged,
    PurgePlan,
)
from central.county.archive.moving import Moving
from central.county.archive.purging import Purging
from central.county.archive.service import Archive
from central.county.flows.operations import acting
from protocol.errors import LoginForbiddenError, RefusedError, UsageError, YizhanError
from protocol.errors.archive import PurgeAloneError
from runtime.actor import PROGRAM, Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.done import Done
from runtime.control.owner import Operation, Report
from runtime.record import Record

_LOOK = (Right.CASES, Right.RECORD, Right.GRANT)
"""Any of these sees how filing stands: nothing there says whose case it is."""


class ArchiveOperations:
    """The archive packages of one county."""

    def __init__(self, archive: Archive, moving: Moving, purging: Purging, record: Record) -> None:
        self._archive, self._moving, self._purging = archive, moving, purging
        self._record = record

    async def filing(self, actor: Actor, wanted: calls.ListPackages, _: Report = silent) -> Filing:
        """How filing stands. Raises LoginForbiddenError."""
        _require_look(actor)
        return await self._archive.filing(wanted.limit)

    async def show(
        self, actor: Actor, wanted: calls.ShowPackage, _: Report = silent
    ) -> PackageWhole:
        """A package and what is in it; that somebody looked is recorded, as names of files tell.

        Raises LoginForbiddenError, and as Archive.show.
        """
        async with self._record.action(actor, calls.SHOW.name, subject=wanted.case):
            _require_look(actor)
            return await self._archive.show(wanted.case)

    async def make(self, actor: Actor, wanted: calls.MakePackages, report: Report = silent) -> Made:
        """File cases. One that can't be filed stops no other, but for one that was named alone.

        Raises LoginForbiddenError; for one case as Archive.make.
        """
        cases = list(wanted.cases)
        if bool(cases) == wanted.due:
            raise UsageError("请给出办件编号，或用 --due 归档到期的，只用一种")
        subject = cases[0] if len(cases) == 1 else ""
        detail = {"cases": len(cases), "due": wanted.due}
        async with self._record.action(actor, calls.MAKE.name, subject=subject, detail=detail):
            actor.require(Right.CASES)
            by = acting(actor, wanted.by)
            if wanted.due:
                if actor.rights is not None:
                    raise LoginForbiddenError(str(Right.CASES.value))
                return _made(*await self._archive.make_due())
            made, refused = list[PackageShown](), list[tuple[str, YizhanError]]()
            for at, case in enumerate(cases):
                report(Done(at, len(cases)))
                try:
                    made.append(await self._archive.make(case, by))
                except RefusedError as exc:
                    if len(cases) == 1:
                        raise
                    refused.append((case, exc))
            return _made(made, refused)

    async def export(
        self, actor: Actor, wanted: calls.ExportPackages, _: Report = silent
    ) -> Exported:
        """Write packages into a folder; each stands in the record.

        Raises LoginForbiddenError, and as Moving.export.
        """
        detail = {"folder": str(wanted.folder)}
        async with self._record.action(actor, calls.EXPORT.name, detail=detail):
            actor.require(Right.CASES)
            done = await self._moving.export(wanted.folder, wanted.cases)
            for one in done.written:
                await self._record.note(
                    actor, calls.EXPORT.name, subject=one.case, detail={"sha256": one.sha256}
                )
            return done

    async def moved(self, actor: Actor, wanted: calls.ConfirmMoved, _: Report = silent) -> Moved:
        """Somebody else has them now. Raises LoginForbiddenError, and as Moving.confirm."""
        detail = {"place": wanted.place, "packages": len(wanted.digests)}
        async with self._record.action(actor, calls.MOVED.name, detail=detail):
            actor.require(Right.CASES)
            by = acting(actor, wanted.by).name
            return await self._moving.confirm(wanted.place, wanted.digests, by)

    async def hold(
        self, actor: Actor, wanted: calls.HoldPackage, _: Report = silent
    ) -> PackageShown:
        """A case is not purged, or may be again. Raises LoginForbiddenError, as Moving.hold."""
        detail = {"why": wanted.why}
        async with self._record.action(actor, calls.HOLD.name, subject=wanted.case, detail=detail):
            if actor.rights is not None and Right.GRANT not in actor.rights:
                actor.require(Right.CASES)
            return await self._moving.hold(wanted.case, wanted.why, actor.name)

    async def plan(self, actor: Actor, wanted: calls.PlanPurge, _: Report = silent) -> PurgePlan:
        """What a purge would take. Raises LoginForbiddenError, and as Purging.plan."""
        actor.require(Right.GRANT)
        return await self._purging.plan(wanted.before)

    async def purge(self, actor: Actor, wanted: calls.Purge, _: Report = silent) -> Purged:
        """Purge what was planned. Each case stands in the record, and all together once.

        Raises:
            LoginForbiddenError, PurgeAloneError: the actor may not, or not alone.
            And as Purging.purge.
        """
        detail = {"before": wanted.before, "cases": wanted.cases, "digest": wanted.digest}
        async with self._record.action(actor, calls.PURGE.name, detail=detail):
            actor.require(Right.GRANT)
            if actor.is_alone_on_page:
                raise PurgeAloneError
            return await self._purging.purge(wanted.before, wanted.digest, by=str(actor))

    async def file_due(self) -> None:
        """A slow job: file what is due, unless the date is in doubt."""
        if not self._purging.believed():
            return
        made, _ = await self._archive.make_due()
        for one in made:
            await self._record.note(
                PROGRAM, calls.MAKE.name, subject=one.case, detail={"sha256": one.sha256}
            )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(calls.LIST, self.filing),
            Handler(calls.SHOW, self.show),
            Handler(calls.MAKE, self.make),
            Handler(calls.EXPORT, self.export),
            Handler(calls.MOVED, self.moved),
            Handler(calls.HOLD, self.hold),
            Handler(calls.PLAN, self.plan),
            Handler(calls.PURGE, self.purge),
        )


def _require_look(actor: Actor) -> None:
    if actor.rights is not None and not actor.rights & set(_LOOK):
        raise LoginForbiddenError(str(Right.RECORD.value))


def _made(made: list[PackageShown], refused: list[tuple[str, YizhanError]]) -> Made:
    return Made(
        made=made,
        refused=[NotFiled(case=case, code=exc.code, why=exc.detail) for case, exc in refused],
    )
