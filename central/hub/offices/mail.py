"""What comes for the office, beside what comes for its hub (the relay's port Deliver)."""

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.approval import note_approved
from central.hub.offices.book import Book
from central.hub.offices.sending import Sending
from central.hub.renewal import HubRenewal
from central.relay.ports.role import Effect
from central.relay.retry import poison
from protocol.envelope.envelope import Envelope
from protocol.envelope.office_payloads import (
    OfficeAnswer,
    OfficeApproved,
    OfficeCase,
    OfficeErase,
    OfficeNews,
)
from protocol.envelope.payloads import Payload, read_payload
from protocol.errors import NeedsNewerError, PeerError, YizhanError
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import BlobRef, EnvelopeId
from protocol.ports import Clock

log = logging.getLogger(__name__)


class OfficeMail:
    """Takes what is sealed for the office's keys; all else is the hub's own."""

    def __init__(self, own: HubRenewal, book: Book, sending: Sending, clock: Clock) -> None:
        self._own, self._book, self._sending, self._clock = own, book, sending, clock

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        """Open what is for the office; the hub reads the rest."""
        mine = [one for one in envelopes if self._book.ring.key_for(one) is not None]
        others = [one for one in envelopes if one not in mine]
        rest = await self._own.read(others)
        read = await asyncio.to_thread(lambda: [self._open(one) for one in mine])

        async def effect(session: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
            await rest(session, new)
            for envelope, content in zip(mine, read, strict=True):
                if envelope.id in new:
                    await self._act(session, envelope, content)

        return effect

    async def take_up(self) -> None:
        """Read again what an older program could not understand; after each start."""
        await self._own.take_up()

        async def work(session: AsyncSession) -> None:
            for envelope, _ in await poison.envelopes(session):
                if self._book.ring.key_for(envelope) is None:
                    continue
                content = self._open(envelope)
                if content is not None and not isinstance(content, NeedsNewerError):
                    await poison.forget(session, envelope)
                    await self._act(session, envelope, content)

        await self._sending.store.transact(work)

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        """A page looks for files when it is asked for."""

    def _time_ms(self) -> int:
        """As far as the county has told us, and else by what else there is."""
        times = self._sending.relay.times
        return times.trusted.lagging_ms() or times.best_ms()

    def _open(self, envelope: Envelope) -> Payload | NeedsNewerError | None:
        """What is in it; None if that can't be known, now or later."""
        try:
            key = self._book.ring.key_for(envelope)
            return read_payload(envelope.open(key)) if key else None
        except NeedsNewerError as exc:
            return exc
        except PeerError as exc:
            _warn(envelope, exc)
            return None

    async def _act(
        self, session: AsyncSession, envelope: Envelope, content: Payload | NeedsNewerError | None
    ) -> None:
        try:
            if isinstance(content, NeedsNewerError):
                raise content
            await self._take(session, content)
        except NeedsNewerError as exc:  # also inside of what was given: an item, or an event
            item, now_ms = EnvelopeItem(wire=envelope.wire), self._clock.now_ms()
            await poison.keep(session, item, exc, peer=None, now_ms=now_ms)
        except PeerError as exc:
            _warn(envelope, exc)

    async def _take(self, session: AsyncSession, content: Payload | None) -> None:
        match content:
            case OfficeCase():
                await self._book.take(session, content, self._clock.now_ms())
                await self._sending.again(session, content.station, content.application)
            case OfficeAnswer():
                if await self._book.answered(session, content, self._time_ms()):
                    await self._sending.again(session, content.station, content.application)
            case OfficeNews():
                await self._book.came(session, content)
            case OfficeErase():
                await self._book.erase(session, content)
                log.info("a copy was erased", extra={"event": "office.erased"})
            case OfficeApproved():
                await note_approved(session, content.key)
                log.info("the office's key counts", extra={"event": "office.approved"})
            case _:
                return


def _warn(envelope: Envelope, exc: YizhanError) -> None:
    fields = {"event": "office.mail", "code": exc.code, "envelope": envelope.id.hex()}
    log.warning("what came for the office can't be taken", extra=fields)
