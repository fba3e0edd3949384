"""The review queue for whoever may judge: rights, and the record of each look and verdict."""

from central.accounts.roles import Right
from central.county.casework.files.opened import OpenedFile
from central.county.review.calls import (
    ACCEPT,
    REJECT,
    REVIEW,
    Accept,
    Reject,
    Verdict,
    Waiting,
    WaitingApplication,
)
from central.county.review.service import Review
from protocol.ids import digest_of
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

PAGE = 500  # in one answer: at most 16 MB of forms
FILE = "county.file"  # in the record: somebody saw an attachment


class ReviewOperations:
    """The review queue of one county."""

    def __init__(self, review: Review, record: Record) -> None:
        self._review, self._record = review, record

    async def waiting(
        self, actor: Actor, wanted: Waiting, _: Report = silent
    ) -> list[WaitingApplication]:
        """At most :data:`PAGE` of what waits; it shows what citizens wrote, so it is recorded.

        Raises:
            LoginForbiddenError: the actor may not judge.
            UsageError: not an envelope.
        """
        async with self._record.action(actor, REVIEW.name, subject=wanted.after):
            actor.require(Right.GRANT)
            station, _colon, envelope = wanted.after.partition(":")
            after = (station, digest_of(envelope) if envelope else b"")
            page = await self._review.page(after=after, limit=PAGE)
            return [view.shown() for view in page]

    async def attachment(self, actor: Actor, envelope: str, position: int) -> OpenedFile:
        """One attachment, counted from 0; that somebody saw it is recorded.

        Raises:
            LoginForbiddenError, UsageError: as :meth:`waiting`.
            ReviewUnknownError, FileAbsentError, DamagedError: there is none, or not yet.
        """
        actor.require(Right.GRANT)
        file = await self._review.attachment(digest_of(envelope), position)
        await self._record.note(actor, FILE, subject=envelope, detail={"file": position + 1})
        return file

    async def accept(self, actor: Actor, wanted: Accept, _: Report = silent) -> Verdict:
        """Make it a case.

        Raises:
            LoginForbiddenError, UsageError: as :meth:`waiting`.
            ReviewUnknownError, ApplicationTakenError: as the queue says.
        """
        async with self._record.action(actor, ACCEPT.name, subject=wanted.envelope):
            actor.require(Right.GRANT)
            return (await self._review.accept(digest_of(wanted.envelope))).told()

    async def reject(self, actor: Actor, wanted: Reject, _: Report = silent) -> Verdict:
        """Do not take it; its station is told why.

        Raises as :meth:`accept`, and UsageError for a note that is empty or too long.
        """
        async with self._record.action(actor, REJECT.name, subject=wanted.envelope):
            actor.require(Right.GRANT)
            return (await self._review.reject(digest_of(wanted.envelope), wanted.note)).told()

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(REVIEW, self.waiting),
            Handler(ACCEPT, self.accept),
            Handler(REJECT, self.reject),
        )
