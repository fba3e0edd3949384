"""A newer roster is believed by its own batch at once, and by everybody else after the commit."""

from collections.abc import Callable

import pytest

from protocol.errors import StoreError
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import ExchangeId
from protocol.trust.edition import Kind
from station_agent.app import Station
from station_agent.store.db import Transaction
from tests.station_agent.county import CATALOGUE
from tests.station_agent.village import Village

EXCHANGE = ExchangeId(b"exchange")


def observe(station: Station, seen: list[int]) -> Callable[[Transaction], None]:
    """Notes, at the end of the transaction, which roster the rest of the station goes by."""

    def note(_: Transaction) -> None:
        seen.append(station.exchanges.parentage.held.roster.version)

    return note


async def test_nothing_of_a_newer_roster_is_seen_before_its_commit(village: Village) -> None:
    second = village.county.make_roster(2, hub="https://127.0.0.1:7")
    seen = list[int]()
    async with village.open() as station:
        arrival = station.exchanges.stores().arrival
        note = observe(station, seen)
        refused = await arrival._commit([village.county.news(Kind.ROSTER, second)], note)
        assert refused == []
        assert seen == [1]
        assert station.exchanges.parentage.held.roster.version == 2


async def test_what_a_commit_that_fails_had_allowed_was_never_believed(village: Village) -> None:
    second = village.county.make_roster(2, hub="https://127.0.0.1:7")
    editions = [village.county.make_release(n, CATALOGUE | {"title": str(n)}) for n in (2, 3)]
    wrong = village.county.news(Kind.RELEASE, editions[1], editions[0])  # from one that is not held

    def fail(_: Transaction) -> None:
        raise StoreError("the disk says no")

    async with village.open() as station:
        arrival = station.exchanges.stores().arrival
        before = arrival.ask_whole
        with pytest.raises(StoreError):
            await arrival._commit([village.county.news(Kind.ROSTER, second), wrong], fail)
        assert station.exchanges.parentage.held.roster.version == 1
        assert arrival.ask_whole == before


async def test_what_comes_behind_a_roster_is_judged_by_it_in_the_same_batch(
    village: Village,
) -> None:
    """The county's new key stands in the roster that travels before what is signed with it."""
    old = village.county.news(Kind.ROSTER, village.county.make_roster(2))
    village.county.keys = village.county.station_keys  # another signing key
    third = village.county.make_roster(3)
    notice = village.county.decision(b"a" * 16)[0]
    async with village.open() as station:
        exchange_store = station.exchanges.stores()
        alone = await exchange_store.store(EXCHANGE, 2, [old, EnvelopeItem(wire=notice.wire)])
        assert alone == [(1, "peer.signature")]
        news = village.county.news(Kind.ROSTER, third)
        together = await exchange_store.store(EXCHANGE, 4, [news, EnvelopeItem(wire=notice.wire)])
        assert together == []
        assert station.exchanges.parentage.held.roster.version == 3
