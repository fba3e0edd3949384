"""Intake: the effect of what arrives, inside the relay's transaction (the relay's port Deliver).

Every envelope ends in exactly one of four ways: it asks for something and is answered, it opens a
case, it repeats an application that has one, or it lies in quarantine and its station is told why.
What a withdrawn or lost PC has sealed waits in the review queue until a person says which of them
it is; what only a newer program understands waits for that program. Each is answered in the same
transaction, so that there is no answer without effect and no effect without answer.

Source: docs/protocol.md section 9; docs/architecture.md, "The way of one application".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival.register import Arrival, Entry
from central.county.casework.arrival.strangers import strangers
from central.county.flows.arrivals import Followed
from central.county.followups.register import FollowUpArrival, FollowUpRegister
from central.county.intake.awaiting import AwaitingProgram, awaiting
from central.county.intake.facts import Verdict
from central.county.intake.inquiries import taken
from central.county.intake.models import AwaitingRow
from central.county.intake.opening import CaseOpening
from central.county.intake.ports import Screen
from central.county.intake.quarantine import Quarantine
from central.county.intake.queries import (
    in_quarantine,
    judge,
    known_envelopes,
)
from central.county.intake.reading import Reader, Reading
from central.county.intake.record import note, note_again
from central.county.intake.requests import Requests
from central.county.intake.settling import Entries, Settling
from central.county.ports.relay import Nodes
from central.relay.ports.role import Effect
from central.store.engine import Store
from protocol.catalogue.items.model import Item
from protocol.envelope.envelope import Envelope, read_envelope
from protocol.envelope.payloads import (
    Application,
)
from protocol.envelope.suites import suite_number
from protocol.errors import (
    ApplicationTakenError,
    NeedsNewerError,
    ReviewRejectedError,
)
from protocol.ids import BlobRef, EnvelopeId, NodeId
from protocol.ports import Clock

log = logging.getLogger(__name__)

Fresh = Mapping[EnvelopeId, Reading]
"""What has had no effect yet."""
Heard = Callable[[AsyncSession, Collection[NodeId]], Awaitable[None]]
"""Told whose envelopes came: that is a sign of life, by whatever way they came."""


class Intake:
    """Takes envelopes that are addressed to the county, and blobs that belong to them."""

    def __init__(
        self,
        *,
        reader: Reader,
        opening: CaseOpening,
        settling: Settling,
        follow_ups: FollowUpRegister,
        requests: Requests,
        review_queue: Screen,
        heard: Heard,
        nodes: Nodes,
        clock: Clock,
    ) -> None:
        self._reader, self._opening, self._settling = reader, opening, settling
        self._follow_ups = follow_ups
        self._requests, self._review_queue = requests, review_queue
        self._quarantine = Quarantine(settling.answers)
        self._awaiting = AwaitingProgram(requests.notices)
        self._heard, self._nodes, self._clock = heard, nodes, clock

    async def item(self, session: AsyncSession, release: int, item: str) -> Item | None:
        """The item that an application names; None if no release that is kept knows it."""
        return await self._reader.item(session, release, item)

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        """Open envelopes whose signatures fit, and check what is in them."""
        readings = await self._reader.read(envelopes)

        async def effect(session: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
            if arrived := [one for one in readings if one.envelope.id in new]:
                await self.deliver(session, arrived)

        return effect

    async def deliver(self, session: AsyncSession, readings: Sequence[Reading]) -> None:
        """Take what was read; an envelope that came before has no further effect."""
        await self._settling.answers.hold(session)
        keys = {(one.envelope.origin, one.envelope.id) for one in readings}
        known = await known_envelopes(session, keys)
        fresh = {one.envelope.id: one for one in readings if one.envelope.id not in known}
        await self._take(session, fresh, self._clock.now_ms())

    async def take_up(self, store: Store) -> int:
        """Read again what only a newer program understood: this may be one; how many are taken.

        After each start. They are taken in the order in which they came, with the time when they
        came; what this program does not understand either stays.
        """
        count = after = 0
        while rows := await store.transact(partial(awaiting, after=after)):
            after = rows[-1].position
            count += await self._take_up(store, rows)
        return count

    async def _take_up(self, store: Store, rows: Sequence[AwaitingRow]) -> int:
        readings = await self._reader.read([read_envelope(row.wire) for row in rows])
        came = {row.envelope_id: row.arrived_ms for row in rows}
        ready = [one for one in readings if not isinstance(one.error, NeedsNewerError)]

        async def work(session: AsyncSession) -> int:
            await self._settling.answers.hold(session)
            keys = {(one.envelope.origin, one.envelope.id) for one in ready}
            ours = await self._awaiting.taken(session, keys) if keys else set()
            own = [one for one in ready if (one.envelope.origin, one.envelope.id) in ours]
            for came_ms, some in groupby(own, key=lambda one: came[one.envelope.id]):
                fresh = {one.envelope.id: one for one in some}
                await self._take(session, fresh, self._clock.now_ms(), came_ms=came_ms)
            return len(own)

        return await store.transact(work)

    async def _take(
        self, session: AsyncSession, fresh: Fresh, now_ms: int, *, came_ms: int | None = None
    ) -> None:
        """Let each have its effect, once.

        Args:
            came_ms: when they came, if they are on record already; None: now, and they are not.
        """
        screened = await self._review_queue.screen(session, fresh.values())
        own = await self._not_wrong(session, await _own(session, screened.taken))
        arrivals = [arrival for one in own if (arrival := _arrival(one))]
        later = [one for one in own if isinstance(one.error, NeedsNewerError)]
        entries = dict(await self._opening.enter(session, arrivals, came_ms or now_ms))
        verdicts = {key: _verdict(entry) for key, entry in entries.items()}
        followed = _all_followed(own)
        entries |= await self._follow_ups.enter(session, followed, came_ms or now_ms)
        await self._opening.life.followed(session, _fresh(followed, entries, came_ms or now_ms))
        verdicts |= {one.envelope: _verdict_of_follow_up(entries[one.envelope]) for one in followed}
        verdicts |= {key: Verdict.CONTROL for key, one in fresh.items() if one.asked}
        verdicts |= {one.reading.envelope.id: Verdict.REVIEW for one in screened.held}
        verdicts |= await self._put_by(session, [one for one in own if one.error], later, now_ms)
        read = [*own, *(held.reading for held in screened.held)]
        await self._note(session, read, verdicts, now_ms, is_first=came_ms is None)
        await self._review_queue.keep(session, screened.held, now_ms)
        lines, settled = await self._settling.complete(
            session, [*arrivals, *followed], entries, now_ms
        )
        lines += [taken(held.reading.envelope) for held in screened.held]
        lines += [taken(one.envelope) for one in later]
        for one in fresh.values():
            lines += await self._requests.answer(session, one, now_ms)
        if came_ms is not None:
            lines = [replace(line, at_ms=line.at_ms or came_ms) for line in lines]
        await self._settling.answer(session, lines, settled, now_ms)
        counts = {"taken": len(arrivals), "followed": len(followed)}
        counts |= {"review": len(screened.held), "awaiting": len(later)}
        refused = sum(one.error is not None for one in own) - len(later)
        fields = {"event": "intake.taken", "refused": refused, **counts}
        log.info("envelopes taken", extra=fields)

    async def _not_wrong(
        self, session: AsyncSession, readings: Sequence[Reading]
    ) -> Sequence[Reading]:
        """What arrived, refused where a follow-up is none of its sender's, or another's."""
        followed = _all_followed(readings)
        wrong = await self._follow_ups.wrong(session, followed)
        return [
            replace(one, follow_up=None, error=wrong[one.envelope.id])
            if one.envelope.id in wrong
            else one
            for one in readings
        ]

    async def _put_by(
        self,
        session: AsyncSession,
        wrong: Sequence[Reading],
        later: Sequence[Reading],
        now_ms: int,
    ) -> Mapping[EnvelopeId, Verdict]:
        """Keep what can't be taken: ``later`` until a newer program, the others in quarantine."""
        refused = [(one.envelope, one.error) for one in wrong if one.error and one not in later]
        verdicts = await self._quarantine.keep(session, refused, now_ms)
        return {**verdicts, **await self._awaiting.keep(session, later, now_ms)}

    async def _note(
        self,
        session: AsyncSession,
        read: Sequence[Reading],
        verdicts: Mapping[EnvelopeId, Verdict],
        now_ms: int,
        *,
        is_first: bool,
    ) -> None:
        """What came, and what became of it; that it came is noted once."""
        if is_first:
            await note(session, read, verdicts, roster=self._nodes.roster, now_ms=now_ms)
            await self._heard(session, {one.envelope.origin for one in read})
        else:
            await note_again(session, read, verdicts)
        await self._requests.blocks.watch(session, [one.envelope for one in read])

    async def hold(self, session: AsyncSession) -> None:
        """Let nothing else be taken or settled before this transaction ends."""
        await self._settling.answers.hold(session)

    async def accept(
        self, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Entries:
        """Take what a person lets in, as if it had come now. The caller holds (:meth:`hold`)."""
        if found := await strangers(session, arrivals):
            raise ApplicationTakenError(", ".join(sorted(one.hex() for one in found)))
        entries = await self._opening.enter(session, arrivals, now_ms)
        for one in arrivals:
            await judge(session, one.station, one.envelope, _verdict(entries[one.envelope]))
        lines, settled = await self._settling.complete(session, arrivals, entries, now_ms)
        await self._settling.answer(session, lines, settled, now_ms)
        return entries

    async def reject(
        self, session: AsyncSession, wire: bytes, *, application: bytes, note: str, now_ms: int
    ) -> None:
        """Keep in quarantine what a person does not let in, and tell its station."""
        envelope, error = read_envelope(wire), ReviewRejectedError(note)
        verdicts = await self._quarantine.keep(
            session, [(envelope, error)], now_ms, application=application
        )
        await judge(session, envelope.origin, envelope.id, verdicts[envelope.id])

    async def forget(
        self, session: AsyncSession, wanted: Callable[[str, Application], bool]
    ) -> int:
        """Empty what lies in quarantine of these applications; how many envelopes that were.

        Their ids and the reason's code stay, for stations that ask.

        Args:
            wanted: told the station and what its envelope says.
        """
        gone = 0
        for row in await in_quarantine(session):
            content = await asyncio.to_thread(self._reader.application, row.wire)
            if content is not None and wanted(row.origin, content):
                row.wire, row.detail = b"", ""
                gone += 1
        await session.flush()
        return gone

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        """Read blobs that are whole now; those that complete a case are confirmed."""
        await self._settling.answers.hold(session)
        await self._settling.blobs_arrived(session, blobs, self._clock.now_ms())


async def _own(session: AsyncSession, readings: Sequence[Reading]) -> list[Reading]:
    """What arrived, refused where its id stands for another application."""
    arrivals = [arrival for one in readings if (arrival := _arrival(one))]
    found = await strangers(session, arrivals)
    return [
        replace(one, content=None, error=ApplicationTakenError(one.content.application.hex()))
        if one.content is not None and one.envelope.id in found
        else one
        for one in readings
    ]


def _arrival(one: Reading) -> Arrival | None:
    if one.content is None:
        return None
    return Arrival(
        station=one.envelope.origin,
        envelope=one.envelope.id,
        suite=suite_number(one.envelope.header.suite),
        content=one.content,
        unchecked=one.unchecked,
        applicant=one.applicant,
    )


def _all_followed(readings: Sequence[Reading]) -> list[FollowUpArrival]:
    return [
        FollowUpArrival(
            station=one.envelope.origin,
            envelope=one.envelope.id,
            suite=suite_number(one.envelope.header.suite),
            content=one.follow_up,
        )
        for one in readings
        if one.follow_up is not None
    ]


def _fresh(followed: Sequence[FollowUpArrival], entries: Entries, now_ms: int) -> list[Followed]:
    """What follows an application and was not here before, as it moves its case."""
    return [
        Followed(
            key=(one.station, one.content.application),
            follow_up=one.content.follow_up.hex(),
            said=one.content.said,
            materials=[file.material for file in one.content.attachments],
            received_ms=now_ms,
        )
        for one in followed
        if one.content.application and not entries[one.envelope].duplicate
    ]


def _verdict_of_follow_up(entry: Entry) -> Verdict:
    return Verdict.DUPLICATE if entry.duplicate else Verdict.FOLLOW_UP


def _verdict(entry: Entry) -> Verdict:
    return Verdict.DUPLICATE if entry.duplicate else Verdict.CASE
