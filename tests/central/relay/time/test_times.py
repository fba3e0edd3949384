"""The county's time at hub and county: signed rarely, numbered upward, believed by its number."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.time.service import move_time_on
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from protocol.ids import Instance
from protocol.limits import MAX_TIME_MS, TIME_AHEAD, TIME_S
from protocol.trust.time_statement import known_time, sign_time
from tests.central.nodes import County, NodeRelay, between, talk

YEAR_10000_MS = 253_402_300_800_000


async def exchange(hub: NodeRelay, county: NodeRelay, *, time_ms: int = 0) -> None:
    await talk(*between(hub, county), time_ms=time_ms or county.clock.now_ms())


async def signed(relay: NodeRelay) -> tuple[int, bytes]:
    return await relay.store.transact(relay.times.held)


def said(place: County, n: int, at_ms: int) -> bytes:
    signer = place.county.keys.signer
    return sign_time(signer, instance=Instance(b"instance"), n=n, at_ms=at_ms)


async def take(relay: NodeRelay, time: bytes) -> bool:
    times = relay.times
    return await relay.store.transact(lambda s: times.take(s, time, hint_ms=None))


async def test_the_county_signs_at_most_every_ten_minutes(place: County, county: NodeRelay) -> None:
    first_n, first = await signed(county)
    place.scene.clock.tick(TIME_S - 1)
    assert await signed(county) == (first_n, first)
    place.scene.clock.tick(1)
    second_n, second = await signed(county)
    assert second_n == first_n + 1
    assert known_time(second).at_ms == known_time(first).at_ms + TIME_S * 1000
    assert known_time(second).instance == await county.instance()


async def test_a_date_set_back_changes_no_order(place: County, county: NodeRelay) -> None:
    _, first = await signed(county)
    place.scene.clock.tick(TIME_S)
    place.scene.clock.jump_wall(ms=-(10**9))
    _, second = await signed(county)
    assert known_time(second).n > known_time(first).n
    assert known_time(second).at_ms < known_time(first).at_ms


async def test_the_county_signs_none_while_its_clock_is_in_doubt(place: County) -> None:
    believed = True
    async with place.relay(place.county, may_sign=lambda: believed) as county:
        held = await signed(county)
        believed = False
        place.scene.clock.tick(TIME_S)
        assert await signed(county) == held
        believed = True
        assert (await signed(county))[0] == held[0] + 1


async def test_numbers_go_on_after_a_start_and_far_above_after_a_restore(place: County) -> None:
    numbers = []
    for _ in range(2):
        async with place.relay(place.county) as county:
            numbers.append((await signed(county))[0])
    assert numbers == [1, 2]
    async with place.relay(place.county) as county:
        await county.store.transact(move_time_on)
        await county.store.transact(move_time_on)  # a restored county was restored again
        assert (await signed(county))[0] == 2 + 2 * TIME_AHEAD + 1


async def test_what_a_stick_brought_is_not_sure_after_a_start_either(
    place: County, county: NodeRelay
) -> None:
    """It may have lain for weeks."""
    _, time = await signed(county)
    async with place.relay(place.hub) as hub:
        assert await take(hub, time)
        assert not hub.times.trusted.is_sure
    async with place.relay(place.hub) as hub:
        assert hub.times.trusted.signed == time
        assert not hub.times.trusted.is_sure


async def test_a_hub_takes_it_keeps_it_and_passes_it_on(place: County, county: NodeRelay) -> None:
    place.scene.clock.tick(5)
    async with place.relay(place.hub) as hub:
        await exchange(hub, county)
        assert (await signed(hub))[1] == (await signed(county))[1]
        assert hub.times.trusted.is_sure
    async with place.relay(place.hub) as hub:
        assert (await signed(hub))[1] == (await signed(county))[1]
        greeting = await hub.exchanges.store_for(place.village().node).greeting()
    n, time = await signed(county)
    answers = [greeting.answer(b"exchange", time_ms=1, child_n=held) for held in (None, n, n + 1)]
    assert [answer.time for answer in answers] == [time, b"", b""]
    assert [answer.time_n for answer in answers] == [n, None, n]


async def test_a_hub_shows_its_time_to_a_county_that_has_another_life(
    county: NodeRelay, hub: NodeRelay
) -> None:
    """The number alone says nothing: two lives may have given out the same one."""
    await exchange(hub, county)
    n, time = await signed(hub)
    for instance, shown in ((known_time(time).instance, b""), (b"", b""), (b"county-2", time)):
        hello = Hello(
            versions=VERSIONS, instance=b"county-1", exchange=b"exchange", time_n=n, county=instance
        )
        exchange_store = hub.exchanges.store_for(county.node)
        await exchange_store.greeting()
        await exchange_store.meet(hello)
        greeting = await hub.exchanges.store_for(county.node).greeting()
        assert greeting.hello(b"exchange").time == shown, instance


async def test_an_empty_exchange_carries_no_time(county: NodeRelay, hub: NodeRelay) -> None:
    await exchange(hub, county)
    greeting = await hub.exchanges.store_for(county.node).greeting()
    hello = greeting.hello(b"exchange")
    answer = (await county.exchanges.store_for(hub.node).greeting()).answer(
        b"exchange", time_ms=1, child_n=hello.time_n
    )
    assert (hello.time, answer.time, answer.time_n) == (b"", b"", None)


@pytest.mark.parametrize("time_ms", [1, MAX_TIME_MS, YEAR_10000_MS, 2**53 - 1, 2**63])
async def test_whatever_the_county_machine_says_only_the_signed_time_counts(
    county: NodeRelay, hub: NodeRelay, time_ms: int
) -> None:
    await exchange(hub, county, time_ms=time_ms)
    assert hub.times.trusted.now_ms() == county.clock.now_ms()
    assert not hub.times.trusted.is_sure  # they contradict each other: about


async def test_a_child_says_what_time_it_wants_and_nobody_listens(
    county: NodeRelay, hub: NodeRelay
) -> None:
    hello = Hello(versions=(1,), instance=b"hub-1234", exchange=b"exchange", time_ms=2**53 - 1)
    await county.exchanges.store_for(hub.node).meet(hello)
    assert county.times.best_ms() == county.clock.now_ms()
    assert county.times.trusted.held is None


async def test_only_the_county_signs_time(place: County, hub: NodeRelay) -> None:
    assert not await take(
        hub, sign_time(hub.identity.keys.signer, instance=Instance(b"instance"), n=9, at_ms=5)
    )
    assert not await take(hub, b"\xc0")
    assert hub.times.trusted.n == 0
    assert await take(hub, said(place, 9, 5))


async def test_a_lower_or_equal_number_is_ignored_a_higher_one_wins_backward_too(
    place: County, hub: NodeRelay
) -> None:
    assert await take(hub, said(place, 9, 5000))
    assert not await take(hub, said(place, 9, 6000))
    assert not await take(hub, said(place, 8, 6000))
    assert await take(hub, said(place, 10, 4000))
    assert hub.times.trusted.now_ms() == 4000


async def test_a_county_put_back_by_hand_is_shown_its_own_number(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """Its children would else ignore all that it signs until it has caught up."""
    ahead = said(place, 500, county.clock.now_ms() - 1000)
    await take(hub, ahead)
    for _ in range(2):  # the first tells the hub, in the second it shows what it holds
        await exchange(hub, county)
    await exchange(hub, county)
    assert (await signed(county))[0] == 501
    assert hub.times.trusted.n == 501
    assert hub.times.trusted.now_ms() == county.clock.now_ms()


async def test_nobody_but_the_county_lifts_its_number(county: NodeRelay, hub: NodeRelay) -> None:
    forged = sign_time(
        hub.identity.keys.signer, instance=Instance(b"instance"), n=2**53 - 1, at_ms=5
    )
    hello = Hello(versions=(1,), instance=b"hub-1234", exchange=b"exchange", time=forged)
    await county.exchanges.store_for(hub.node).meet(hello)
    assert (await signed(county))[0] == 1


async def test_windows_follow_the_signed_time_then_the_parent_then_the_own_clock(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    clock = place.scene.clock
    assert hub.times.best_ms() == clock.now_ms()
    hub.times.trusted.hint(5000)
    assert hub.times.best_ms() == 5000
    await exchange(hub, county)
    right_ms = clock.now_ms()
    clock.jump_wall(ms=-(10**9))
    assert hub.times.best_ms() == right_ms
    assert county.times.best_ms() == clock.now_ms()


async def test_a_number_at_its_end_is_not_signed(place: County, county: NodeRelay) -> None:
    async def lift(session: AsyncSession) -> None:
        await county.times.take(session, said(place, 2**53 - 1, 5), hint_ms=None)

    await county.store.transact(lift)
    assert (await signed(county))[0] == 0
