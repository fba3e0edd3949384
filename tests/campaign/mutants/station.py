"""Rules of the village station, each broken on purpose while a schedule is played."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import station_agent.exchange.receiver as arrival_module
import station_agent.exchange.view.meeting as station_meeting_module
from protocol.codec import altered
from protocol.exchange.messages import EditionNews, Hello
from protocol.ids import NONCE_BYTES, BlobId, Incarnation, Instance
from protocol.limits import KEEP_MS
from protocol.trust.edition import Kind
from protocol.trust.roster import read_roster
from protocol.trust.trusted_clock import HeldTime, TrustedClock
from station_agent import opening
from station_agent.exchange.receiver import ArrivalService, _Batch
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.store import editions, outbox
from station_agent.store.db import Transaction
from station_agent.store.journal import Journal
from station_agent.store.outbox import LastSealed
from station_agent.upkeep.housekeeping import HousekeepingService

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

    def at_once(tx: Transaction, *_: int) -> list[BlobId]:
        tx.run("UPDATE outbox SET old_run_ms = 0 WHERE settled >= enough")
        return drop(tx, 0)

    return mock.patch.object(outbox, "drop_settled", at_once)


def station_trusts_its_own_clock() -> AbstractContextManager[object]:
    """The 90 days are counted by the clock of the PC."""
    drop = HousekeepingService._drop_settled

    def by_own_clock(self: HousekeepingService, tx: Transaction) -> list[BlobId]:
        now_ms = self.trusted.clock.now_ms()
        tx.run(
            "UPDATE outbox SET old_run_ms = 0 WHERE settled >= enough AND settled_ms <= ?",
            (now_ms - KEEP_MS,),
        )
        return [*outbox.drop_settled(tx, 0), *drop(self, tx)]

    return mock.patch.object(HousekeepingService, "_drop_settled", by_own_clock)


def station_counts_one_word_on_the_time() -> AbstractContextManager[object]:
    """The 90 days begin at the time of the receipt: one word of the county ends them."""

    date = outbox.date_settled

    def from_the_receipt(tx: Transaction, held: HeldTime, keep_ms: int) -> None:
        tx.run(
            "UPDATE outbox SET since_ms = settled_ms"
            " WHERE since_ms IS NULL AND settled >= enough AND length(wire) > 0"
        )
        date(tx, held, keep_ms)

    return mock.patch.object(outbox, "date_settled", from_the_receipt)


def station_counts_no_running_time() -> AbstractContextManager[object]:
    """Two words 90 days apart let go, however short this PC has run since."""
    drop = outbox.drop_settled
    return mock.patch.object(outbox, "drop_settled", lambda tx, _: drop(tx, _FAR_MS))


def station_takes_any_number_of_the_time() -> AbstractContextManager[object]:
    """Whatever word on the time comes last is believed."""
    hear = TrustedClock.hear

    def anyhow(self: TrustedClock, signed: bytes, statement: Any, *, hint_ms: int | None) -> bool:
        self.held = None
        return hear(self, signed, statement, hint_ms=hint_ms)

    return mock.patch.object(TrustedClock, "hear", anyhow)


def station_believes_the_hubs_clock() -> AbstractContextManager[object]:
    """What the hub says of the time counts like the county's word."""
    meet = Timekeeping.meet

    def by_hub(self: Timekeeping, tx: Transaction, hello: Hello) -> None:
        meet(self, tx, hello)
        held = self.trusted.held
        if held is not None and hello.time_ms > 0:
            said = altered(held.statement, at_ms=hello.time_ms)
            self.trusted.held = replace(held, statement=said, run_ms=self.trusted.run_ms)

    return mock.patch.object(Timekeeping, "meet", by_hub)


def station_keeps_no_journal() -> AbstractContextManager[object]:
    """The journal is not written, and the database commits without a sync all the same."""
    return mock.patch.object(Journal, "append", lambda *_: 0)  # noqa: PT008 - the rule is gone, not mocked


def _nothing_changed(*_: object) -> bool:
    return False


@contextmanager
def station_ignores_the_parents_instance() -> Iterator[None]:
    """A hub that began empty is taken for the one that had everything."""
    with (
        mock.patch.object(station_meeting_module, "note_parent", _nothing_changed),
        mock.patch.object(station_meeting_module, "note_set_back", _nothing_changed),
    ):
        yield


def station_ignores_the_countys_instance() -> AbstractContextManager[object]:
    """A county that was set back is taken for the one that had given receipts."""
    return mock.patch.object(station_meeting_module, "note_county", _nothing_changed)


def station_believes_receipts_of_lost_counties() -> AbstractContextManager[object]:
    """Whichever life of the county gave a receipt, it settles."""

    def forget_custody_only(tx: Transaction, _: Instance) -> None:
        outbox.forget_custody(tx)

    return mock.patch.object(outbox, "recount", forget_custody_only)


@contextmanager
def station_offers_no_blobs_again() -> Iterator[None]:
    """A new hub gets the envelopes again, and not their blobs."""
    recount, forget_custody = outbox.recount, outbox.forget_custody

    def keep_blobs(tx: Transaction, forget: Callable[[], None]) -> None:
        kept = tx.rows("SELECT held, doubted, done, blob FROM blobs")
        forget()
        tx.run_many("UPDATE blobs SET held = ?, doubted = ?, done = ? WHERE blob = ?", kept)

    def of_parent(tx: Transaction) -> None:
        keep_blobs(tx, lambda: forget_custody(tx))

    def of_county(tx: Transaction, county: Instance) -> None:
        keep_blobs(tx, lambda: recount(tx, county))

    with (
        mock.patch.object(outbox, "forget_custody", of_parent),
        mock.patch.object(outbox, "recount", of_county),
    ):
        yield


@contextmanager
def station_opens_incarnations_eagerly() -> Iterator[None]:
    """Each start opens an incarnation, whether or not something is sealed in it.

    An empty one has no last number that the next could name: the chain breaks there.
    """
    begin, last_sealed = opening._begin, outbox.last_sealed

    def eager(tx: Transaction, identity: Any, instance: Any) -> Any:
        found = begin(tx, identity, instance)
        name = Incarnation(hashlib.sha256(bytes(instance)).digest()[:NONCE_BYTES])
        outbox.note_sealed(tx, LastSealed(incarnation=name, seq=0, journal_bytes=0))
        return found

    def not_empty(tx: Transaction) -> LastSealed | None:
        last = last_sealed(tx)
        return last if last is not None and last.seq else None

    with (
        mock.patch.object(opening, "_begin", eager),
        mock.patch.object(outbox, "last_sealed", not_empty),
    ):
        yield


@contextmanager
def station_takes_older_rosters() -> Iterator[None]:
    """A roster counts whatever its version."""

    whole = ArrivalService._news

    def take(self: ArrivalService, tx: Transaction, news: EditionNews, batch: _Batch) -> None:
        if news.kind is not Kind.ROSTER or news.base or not news.body:
            whole(self, tx, news, batch)  # only whole ones are not compared
            return
        roster = read_roster(batch.trust.root, news.proof, news.body, None)
        editions.keep(tx, news.kind, roster.edition)
        batch.trust = replace(batch.trust, roster=roster)

    with mock.patch.object(arrival_module.ArrivalService, "_news", take):
        yield
