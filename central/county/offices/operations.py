"""Offices of townships, for whoever may: rights, two persons on a page, and the record."""

from central.accounts.roles import Right
from central.county.flows.operations import acting
from central.county.offices.calls import (
    APPROVE,
    LISTED,
    RECLAIM,
    ApproveOffice,
    OfficeAsked,
    OfficesListed,
    Reclaimed,
    ReclaimOffice,
)
from central.county.offices.service import Offices
from protocol.errors import LoginForbiddenError
from protocol.errors.offices import OfficeAloneError
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_ID_CHARS = 16
_LOOK = frozenset({Right.GRANT, Right.CASES})  # each of them is enough to see the list


class OfficeOperations:
    """The offices of one county."""

    def __init__(self, offices: Offices, record: Record) -> None:
        self._offices, self._record = offices, record

    async def listed(self, actor: Actor, _: Nothing, __: Report = silent) -> OfficesListed:
        """Keys that were asked for, and who has cases. Raises LoginForbiddenError."""
        if actor.rights is not None and not actor.rights & _LOOK:
            raise LoginForbiddenError(Right.GRANT.value)
        return await self._offices.keys.listed()

    async def check(self, actor: Actor, wanted: ApproveOffice) -> OfficeAsked:
        """The request that would be approved.

        Raises LoginForbiddenError, and as OfficeKeys.approve.
        """
        actor.require(Right.GRANT)
        return await self._offices.keys.check(wanted.hub, wanted.code)

    async def approve(self, actor: Actor, wanted: ApproveOffice, _: Report = silent) -> OfficeAsked:
        """Let an office read cases.

        Raises:
            LoginForbiddenError, OfficeAloneError: the actor may not, or not alone.
            OfficeError, NodeUnknownError: as OfficeKeys.approve.
        """
        subject = wanted.hub[:_ID_CHARS]
        async with self._record.action(actor, APPROVE.name, subject=subject):
            actor.require(Right.GRANT)
            if actor.is_alone_on_page:
                raise OfficeAloneError
            return await self._offices.keys.approve(wanted.hub, wanted.code, actor)

    async def reclaim(self, actor: Actor, wanted: ReclaimOffice, _: Report = silent) -> Reclaimed:
        """Take back all that an office has. Raises LoginForbiddenError, and as Offices.reclaim."""
        subject = wanted.hub[:_ID_CHARS]
        async with self._record.action(actor, RECLAIM.name, subject=subject):
            actor.require(Right.CASES)
            count = await self._offices.reclaim(
                wanted.hub, wanted.note, acting(actor), retire=wanted.retire, again=wanted.again
            )
        return Reclaimed(cases=count)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(LISTED, self.listed),
            Handler(APPROVE, self.approve),
            Handler(RECLAIM, self.reclaim),
        )
