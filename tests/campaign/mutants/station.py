"""Rules of the village station, each broken on purpose while a schedule is played."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

import station_agent.services.arrival as arrival_module
import station_agent.services.depot as station_depot_module
from protocol.edition import Kind
from protocol.ids import NONCE_BYTES, Incarnation, Instance
from protocol.messages import EditionNews
from protocol.roster import read_roster
from station_agent import opening
from station_agent.services.arrival import ArrivalService, _Batch
from station_agent.services.timekeeping import TrustedClock
from station_agent.store import editions, outbox
from station_agent.store.db import Transaction
from station_agent.store.journal import Journal
from station_agent.store.outbox import LastSealed

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


def _nothing_changed(*_: object) -> bool:
    return False


@contextmanager
def station_ignores_the_parents_instance() -> Iterator[None]:
    """A hub that began empty is taken for the one that had everything."""
    with (
        mock.patch.object(station_depot_module, "_note_parent", _nothing_changed),
        mock.patch.object(station_depot_module, "_note_set_back", _nothing_changed),
    ):
        yield


def station_ignores_the_countys_instance() -> AbstractContextManager[object]:
    """A county that was set back is taken for the one that had given receipts."""
    return mock.patch.object(station_depot_module, "_note_county", _nothing_changed)


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
        roster = read_roster(self._held.root, news.proof, news.body, None)
        editions.keep(tx, news.kind, roster.edition)
        self._held.roster = roster

    with mock.patch.object(arrival_module.ArrivalService, "_news", take):
        yield
