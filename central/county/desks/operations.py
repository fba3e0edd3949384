"""Desks to be released, for whoever may: rights, two persons on a page, and the record."""

from central.accounts.roles import Right
from central.county.desks.calls import LISTED, RELEASE_DESK, DeskAsked, DesksAsked, ReleaseDesk
from central.county.desks.service import Desks
from protocol.errors.desk import ForgottenAloneError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_ID_CHARS = 16


class DeskOperations:
    """The desks that ask one county."""

    def __init__(self, desks: Desks, record: Record) -> None:
        self._desks, self._record = desks, record

    async def listed(self, actor: Actor, _: Nothing, __: Report = silent) -> DesksAsked:
        """Every request that is kept. Raises LoginForbiddenError."""
        actor.require(Right.GRANT)
        return DesksAsked(requests=await self._desks.listed())

    async def check(self, actor: Actor, wanted: ReleaseDesk) -> DeskAsked:
        """The request that would be released. Raises LoginForbiddenError, and as Desks.release."""
        actor.require(Right.GRANT)
        return await self._desks.check(wanted.station, wanted.code)

    async def release(self, actor: Actor, wanted: ReleaseDesk, _: Report = silent) -> DeskAsked:
        """Release it.

        Raises:
            LoginForbiddenError, ForgottenAloneError: the actor may not, or not alone.
            ForgottenError, NodeUnknownError: as Desks.release.
        """
        subject = wanted.station[:_ID_CHARS]
        async with self._record.action(actor, RELEASE_DESK.name, subject=subject):
            actor.require(Right.GRANT)
            if actor.is_alone_on_page:
                raise ForgottenAloneError
            return await self._desks.release(wanted.station, wanted.code, actor)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(LISTED, self.listed), Handler(RELEASE_DESK, self.release))
