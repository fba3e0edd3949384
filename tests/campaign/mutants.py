"""Rules of the product, each broken on purpose while a schedule is played: it must be seen.

A campaign that finds nothing proves something only if it would have found a fault. Each mutant
takes one rule away, in this process only and for as long as its ``with`` lasts.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

import central.county.casework.register as register_module
import central.county.intake.service as intake_module
import central.county.supervision.service as supervision_module
import central.relay.depot as relay_depot_module
import central.relay.receive as receive_module
import central.relay.spool as spool_module
import station_agent.app as station_app
import station_agent.services.arrival as arrival_module
import station_agent.services.depot as station_depot_module
import tests.campaign.nodes as nodes_module
from central.county.casework.register import Arrival, CaseRegister
from central.county.intake.models import ReceivedRow
from central.county.intake.reading import Reading
from central.county.intake.service import Intake
from central.relay.depot import RelayDepot
from central.relay.models import SpoolRow
from protocol.ids import NONCE_BYTES, Incarnation
from protocol.lanes import Waiting
from protocol.messages import Item
from protocol.roster import read_roster
from station_agent.services.arrival import ArrivalService
from station_agent.services.delivery import DeliveryService
from station_agent.services.timekeeping import TrustedClock
from station_agent.store import editions, outbox
from station_agent.store.db import Transaction
from station_agent.store.journal import Journal
from station_agent.store.outbox import LastSealed

Mutant = Callable[[], AbstractContextManager[object]]

_FAR_MS = 2**52  # later than any date


def station_deletes_on_custody() -> AbstractContextManager[object]:
    """The station forgets an envelope as soon as its parent has it."""
    take_custody = outbox.take_custody

    def forget(tx: Transaction, envelopes: Sequence[bytes]) -> bool:
        result = take_custody(tx, envelopes)
        tx.run_many("UPDATE outbox SET wire = x'' WHERE envelope = ?", [(e,) for e in envelopes])
        return result

    return mock.patch.object(outbox, "take_custody", forget)


def station_lets_go_at_receipt() -> AbstractContextManager[object]:
    """The station does not keep sealed bytes for 90 days after the county settled them."""
    drop = outbox.drop_settled
    return mock.patch.object(outbox, "drop_settled", lambda tx, _: drop(tx, _FAR_MS))


def station_trusts_its_own_clock() -> AbstractContextManager[object]:
    """The 90 days are counted by the clock of the PC."""
    return mock.patch.object(TrustedClock, "now_ms", lambda self: self.clock.now_ms())


def station_keeps_no_journal() -> AbstractContextManager[object]:
    """The journal is not written, and the database commits without a sync all the same."""
    return mock.patch.object(Journal, "append", lambda *_: 0)  # noqa: PT008 - the rule is gone, not mocked


def station_ignores_the_parents_instance() -> AbstractContextManager[object]:
    """A hub that began empty is taken for the one that had everything."""
    return mock.patch.object(station_depot_module, "_note_parent", lambda *_: False)  # noqa: PT008 - the rule is gone, not mocked


def station_ignores_the_countys_instance() -> AbstractContextManager[object]:
    """A county that was set back is taken for the one that had given receipts."""
    return mock.patch.object(station_depot_module, "_note_county", lambda *_: False)  # noqa: PT008 - the rule is gone, not mocked


def station_believes_receipts_of_lost_counties() -> AbstractContextManager[object]:
    """Whichever life of the county gave a receipt, it settles."""
    receipt = DeliveryService._receipt

    def settle(self: DeliveryService, tx: Transaction, found: Any) -> None:
        receipt(self, tx, found)
        for line in found.statement.lines:
            rank = station_rank(line)
            outbox.settle(tx, line.envelope, rank, found.statement.at_ms)

    return mock.patch.object(DeliveryService, "_receipt", settle)


def station_rank(line: Any) -> outbox.Settled:
    """What a line of a receipt settles."""
    return outbox.Settled[line.state.name]


def station_offers_no_blobs_again() -> AbstractContextManager[object]:
    """A new hub gets the envelopes again, and not their blobs."""

    def forget(tx: Transaction) -> None:
        tx.run("UPDATE outbox SET custody = 0 WHERE custody > 0")

    return mock.patch.object(outbox, "forget_custody", forget)


def station_opens_incarnations_eagerly() -> AbstractContextManager[object]:
    """Each start opens an incarnation, whether or not something is sealed in it."""
    begin = station_app._begin

    def eager(tx: Transaction, identity: Any, instance: Any) -> Any:
        found = begin(tx, identity, instance)
        name = Incarnation(hashlib.sha256(bytes(instance)).digest()[:NONCE_BYTES])
        outbox.note_sealed(tx, LastSealed(incarnation=name, seq=0, journal_bytes=0))
        return found

    return mock.patch.object(station_app, "_begin", eager)


@contextmanager
def station_takes_older_rosters() -> Iterator[None]:
    """A roster counts whatever its version."""

    def take(self: ArrivalService, tx: Transaction, news: Any) -> None:
        roster = read_roster(self._held.root, news.proof, news.body, None, base=0)
        editions.keep(tx, news.kind, roster.edition)
        self._held.roster = roster

    with mock.patch.object(arrival_module.ArrivalService, "_news", take):
        yield


def hub_ignores_the_countys_instance() -> AbstractContextManager[object]:
    """A hub offers nothing again to a county that was set back."""

    async def forget(*_: Any) -> None:
        return

    return mock.patch.object(relay_depot_module, "forget_custody", forget)


def hub_purges_when_sent() -> AbstractContextManager[object]:
    """The hub deletes what it has pushed, before the county has confirmed it."""
    read = RelayDepot.read

    async def purge(
        self: RelayDepot, waiting: Sequence[Waiting], part_bytes: int
    ) -> Sequence[Item | None]:
        items = await read(self, waiting, part_bytes)
        if self._peer == self._parent:
            await self._hand_over([w for w in waiting if not w.parts])
        return items

    return mock.patch.object(RelayDepot, "read", purge)


def hub_takes_nothing_twice() -> AbstractContextManager[object]:
    """What a hub once passed on it does not take again, though who has it is no more."""

    async def revive(*_: Any) -> None:
        return

    return mock.patch.object(receive_module, "revive", revive)


def hub_holds_what_it_ever_saw() -> AbstractContextManager[object]:
    """Asked what it holds, a hub counts what it passed on to a county that is no more."""

    async def ever_seen(session: AsyncSession, prefixes: Sequence[bytes]) -> set[bytes]:
        query = select(SpoolRow.prefix).where(SpoolRow.prefix.in_(prefixes))
        return set((await session.scalars(query)).all())

    return mock.patch.object(spool_module, "held_prefixes", ever_seen)


@contextmanager
def acknowledged_before_the_commit() -> Iterator[None]:
    """A server acknowledges what came, and commits it when the exchange is over."""
    store, parted = RelayDepot.store, RelayDepot.parted
    later: dict[int, list[tuple[bytes, int, Sequence[Item]]]] = {}

    async def at_once(
        self: RelayDepot, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        later.setdefault(id(self), []).append((exchange, upto, items))
        return ()

    async def at_the_end(self: RelayDepot, *, clean: bool) -> None:
        for batch in later.pop(id(self), []):
            await store(self, *batch)
        await parted(self, clean=clean)

    with (
        mock.patch.object(RelayDepot, "store", at_once),
        mock.patch.object(RelayDepot, "parted", at_the_end),
    ):
        yield


def restore_keeps_the_instance() -> AbstractContextManager[object]:
    """Our tool restores a county or hub, and does not make it another life."""

    async def keep(_: nodes_module.Server) -> None:
        return

    return mock.patch.object(nodes_module.Server, "begin_anew", keep)


@contextmanager
def county_drops_no_repeated_envelope() -> Iterator[None]:
    """An envelope that comes again is delivered again."""
    add = receive_module.add_envelopes  # type: ignore[attr-defined]

    async def all_new(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> set[bytes]:
        await add(session, rows)
        return {row["envelope_id"] for row in rows}

    async def none_known(*_: Any) -> set[bytes]:
        return set()

    with (
        mock.patch.object(receive_module, "add_envelopes", all_new),
        mock.patch.object(intake_module, "known_envelopes", none_known),
    ):
        yield


def county_drops_by_highest_number() -> AbstractContextManager[object]:
    """Whatever has a number that is not above all that came is taken for a repetition."""
    deliver = Intake.deliver

    async def above(self: Intake, session: AsyncSession, readings: Sequence[Reading]) -> None:
        query = select(ReceivedRow.incarnation, func.max(ReceivedRow.seq))
        rows = await session.execute(query.group_by(ReceivedRow.incarnation))
        highest = dict(rows)
        fresh = [
            one
            for one in readings
            if one.envelope.header.seq > highest.get(one.envelope.incarnation, 0)
        ]
        if fresh:
            await deliver(self, session, fresh)

    return mock.patch.object(Intake, "deliver", above)


def county_numbers_without_incarnations() -> AbstractContextManager[object]:
    """Two envelopes of a station with the same number are taken for the same."""
    deliver = Intake.deliver

    async def by_number(self: Intake, session: AsyncSession, readings: Sequence[Reading]) -> None:
        query = select(ReceivedRow.origin, ReceivedRow.seq)
        known = {(origin, seq) for origin, seq in await session.execute(query)}
        fresh = [
            one for one in readings if (one.envelope.origin, one.envelope.header.seq) not in known
        ]
        if fresh:
            await deliver(self, session, fresh)

    return mock.patch.object(Intake, "deliver", by_number)


def county_skips_the_draft_key() -> AbstractContextManager[object]:
    """A draft that was sealed twice becomes two cases."""
    enter, cases_of = CaseRegister.enter, register_module.cases_of  # type: ignore[attr-defined]

    async def twice(
        self: CaseRegister, session: AsyncSession, arrivals: Sequence[Arrival], now_ms: int
    ) -> Any:
        known = await cases_of(session, {arrival.key for arrival in arrivals})
        return await enter(self, session, [_as_another(one, known) for one in arrivals], now_ms)

    return mock.patch.object(CaseRegister, "enter", twice)


def _as_another(arrival: Arrival, known: Any) -> Arrival:
    """An application that has a case gets another name, and so another case."""
    if arrival.key not in known:
        return arrival
    content = structs.replace(arrival.content, application=arrival.envelope[:16])
    return replace(arrival, content=content)


def county_shows_no_forks() -> AbstractContextManager[object]:
    """The ledger never raises the alarm."""
    follow = supervision_module.follow  # type: ignore[attr-defined]

    def straight(*args: Any) -> Any:
        return replace(follow(*args), forks=0)

    return mock.patch.object(supervision_module, "follow", straight)


def county_forgets_missing_numbers() -> AbstractContextManager[object]:
    """The ledger does not name the numbers that never came."""
    follow = supervision_module.follow  # type: ignore[attr-defined]

    def whole(*args: Any) -> Any:
        return replace(follow(*args), missing=())

    return mock.patch.object(supervision_module, "follow", whole)


MUTANTS: Mapping[str, Mutant] = {
    mutant.__name__.replace("_", " "): mutant
    for mutant in (
        station_deletes_on_custody,
        station_lets_go_at_receipt,
        station_trusts_its_own_clock,
        station_keeps_no_journal,
        station_ignores_the_parents_instance,
        station_ignores_the_countys_instance,
        station_believes_receipts_of_lost_counties,
        station_offers_no_blobs_again,
        station_opens_incarnations_eagerly,
        station_takes_older_rosters,
        hub_ignores_the_countys_instance,
        hub_purges_when_sent,
        hub_takes_nothing_twice,
        hub_holds_what_it_ever_saw,
        acknowledged_before_the_commit,
        restore_keeps_the_instance,
        county_drops_no_repeated_envelope,
        county_drops_by_highest_number,
        county_numbers_without_incarnations,
        county_skips_the_draft_key,
        county_shows_no_forks,
        county_forgets_missing_numbers,
    )
}
