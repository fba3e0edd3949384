"""Slips: signed anew each time, always alike; each copy that goes to the printer is written down.

Nothing of a slip is kept but its copies: it says what the database says, and the signature of
Ed25519 over the same bytes is the same. Printing is the browser's; so the clerk is asked.

Source: docs/operations.md, "Slips"; docs/protocol.md section 9.8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.catalogue.forms.shown import hidden
from protocol.envelope.keys import Signer
from protocol.errors import ApplicationUnknownError
from protocol.errors.slips import SlipCopyError, SlipNoneError
from protocol.errors.training import TrainingError
from protocol.ids import ApplicationId, NodeId
from protocol.ports import Clock
from protocol.trust.slip import Slip, scanned_text, signed_rows
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.intake.names import names_of
from station_agent.slips.calls import SLIP, CopyShown, ShowSlip, SlipText
from station_agent.store import applications
from station_agent.store.applications import ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import slips
from station_agent.store.desk.clerks import Purpose
from station_agent.store.desk.slips import SlipCopy

_NO_SLIP = "TRAINING - NOT A SLIP"  # in a QR code


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipService:
    """Answers ``receipt show``, and prints at the desk."""

    node: NodeId
    division: str
    signer: Signer
    database: Database
    unlocking: UnlockingService
    clock: Clock
    training: bool = False  # nothing is signed

    async def show(self, _: Actor, wanted: ShowSlip, __: Report = silent) -> SlipText:
        """The slip of an application; it names nobody, so no password is needed.

        Raises:
            UsageError: neither an id nor a number.
            ApplicationUnknownError: no such application here.
            SlipNoneError: another PC sealed it.
            TrainingError: made in training, it would prove nothing.
        """
        if self.training:
            raise TrainingError
        return await self.text(wanted.application)

    async def text(self, application: str) -> SlipText:
        """The same for paper; in training without a word that anybody could verify."""
        return await self.database.read(lambda tx: self._text(tx, application))

    async def begin_copy(self, opened: Opened, application: str) -> int:
        """One more copy goes to the printer; its number. Raises as :meth:`show`."""
        text = await self.database.read(lambda tx: self._text(tx, application))
        await self.unlocking.note(opened, Purpose.SLIP, text.application)
        now_ms = self.clock.now_ms()
        return await self.database.write(
            lambda tx: slips.add_copy(tx, text.application, now_ms, opened.clerk)
        )

    async def copy(self, application: str, copy: int) -> tuple[SlipText, CopyShown]:
        """A copy that was begun. Raises SlipCopyError, and as :meth:`show`."""
        text = await self.database.read(lambda tx: self._text(tx, application))
        if not 1 <= copy <= len(text.copies):
            raise SlipCopyError(str(copy))
        return text, text.copies[copy - 1]

    async def masked_applicant(self, opened: Opened, application: ApplicationId) -> str:
        """Whose it is, as paper that may be left lying about says it; empty: nobody."""
        view = await self.database.read(lambda tx: applications.view(tx, application))
        name = opened.vault.applicant(application, view.applicant) if view else None
        return hidden(name) if name else ""

    async def note_outcome(self, application: str, copy: int, *, came_out: bool) -> None:
        """What the clerk saw of a copy. Raises as :meth:`copy`."""
        text, shown = await self.copy(application, copy)
        await self.database.write(
            lambda tx: slips.note_outcome(tx, text.application, shown.copy, came_out=came_out)
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(SLIP, self.show))

    def _text(self, tx: Transaction, name: str) -> SlipText:
        view = applications.find(tx, name)
        if view is None:
            raise ApplicationUnknownError(name[:50])
        if view.envelope is None or not view.item:
            raise SlipNoneError
        rows = [] if self.training else signed_rows(self.signer, self._slip(view, view.envelope))
        copies = slips.copies(tx, view.application)
        return _told(view, rows, names_of(tx), copies)

    def _slip(self, view: ApplicationView, envelope: bytes) -> Slip:
        return Slip(
            station=bytes.fromhex(self.node),
            division=self.division,
            application=bytes.fromhex(view.application),
            envelope=envelope,
            item=view.item,
            at_ms=view.saved_ms,
            number=view.number or "",
        )


def _told(
    view: ApplicationView, rows: list[str], names: Mapping[str, str], copies: Sequence[SlipCopy]
) -> SlipText:
    return SlipText(
        application=ApplicationId(view.application),
        item=view.item,
        name=names.get(view.item, view.item),
        number=view.number or "",
        at_ms=view.saved_ms,
        rows=rows,
        scanned=scanned_text(rows) if rows else _NO_SLIP,
        copies=[
            CopyShown(copy=one.copy, at_ms=one.at_ms, clerk=one.clerk, came_out=one.came_out)
            for one in copies
        ],
    )
