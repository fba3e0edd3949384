"""Circulars for whoever may: rights, and the record of what was sent."""

from central.accounts.roles import Right
from central.county.followups.circular_calls import (
    CIRCULARS,
    SEND_CIRCULAR,
    SHOW_CIRCULAR,
    CircularListed,
    Circulars,
    CircularSent,
    CircularShown,
    SendCircular,
    ShowCircular,
)
from central.county.followups.circulars import CircularService
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 50  # circulars in one answer: each asks for its confirmations


class CircularOperations:
    """The circulars of one county."""

    def __init__(self, circulars: CircularService, record: Record) -> None:
        self._circulars, self._record = circulars, record

    async def send(self, actor: Actor, wanted: SendCircular, _: Report = silent) -> CircularSent:
        """Send one. Raises LoginForbiddenError, UsageError."""
        async with self._record.action(actor, SEND_CIRCULAR.name, subject=wanted.circular):
            actor.require(Right.CASES)
            return await self._circulars.send(wanted, actor.name)

    async def circulars(
        self, actor: Actor, wanted: Circulars, _: Report = silent
    ) -> list[CircularListed]:
        """At most :data:`PAGE`. Raises LoginForbiddenError, CircularUnknownError."""
        actor.require(Right.CASES)
        return list(await self._circulars.page(after=wanted.after, limit=PAGE))

    async def one(self, actor: Actor, wanted: ShowCircular, _: Report = silent) -> CircularShown:
        """One, and who has read it. Raises LoginForbiddenError, CircularUnknownError."""
        actor.require(Right.CASES)
        return await self._circulars.one(wanted.circular)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(SEND_CIRCULAR, self.send),
            Handler(CIRCULARS, self.circulars),
            Handler(SHOW_CIRCULAR, self.one),
        )
