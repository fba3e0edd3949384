"""What happens at the same time, or in the middle of something, is told once and done once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from central.county.api import queries
from central.county.api.answers import Answers
from central.county.flows.feed import Feed
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.errors.api import FeedBegunAnewError, KeyUnsureError
from tests.central.county.api.apis import Api, api_of
from tests.central.county.centre import Centre

CLERK = By(name="韦兰")


@pytest.fixture
async def api(centre: Centre) -> AsyncIterator[Api]:
    async with api_of(centre) as made:
        yield made


async def test_a_reader_beside_writers_sees_each_event_once_in_order(centre: Centre) -> None:
    villages = [await centre.village() for _ in range(2)]
    for village in villages:
        for _ in range(3):
            await centre.bring(village.submit())
    numbers = [str(case["case"]) for case in await centre.cases()]
    feed, found, after = Feed(store=centre.relay.store), list[tuple[str, int]](), ""
    writing = [
        asyncio.ensure_future(centre.county.flows.act(number, Wanted(action=action), CLERK))
        for action in ("take", "accept")
        for number in numbers
    ]
    while True:
        done = all(task.done() for task in writing)
        page = await feed.page(after, limit=3)
        found, after = [*found, *((one.station, one.position) for one in page.events)], page.after
        if done and not page.events:
            break
    failed = [
        one
        for one in await asyncio.gather(*writing, return_exceptions=True)
        if isinstance(one, Exception)
    ]
    for village in villages:
        own = [position for station, position in found if station == village.node]
        assert own == list(range(1, len(own) + 1))
    assert len(found) == len(numbers) * 3 - len(failed)


async def test_a_restored_county_says_that_it_counts_anew(centre: Centre) -> None:
    feed = Feed(store=centre.relay.store)
    after = (await feed.page("", limit=1)).after
    assert (await feed.page(after, limit=1)).events == []
    other = "eJyLVkpMUtJRqK6NBQAPcAME"
    with pytest.raises(FeedBegunAnewError):
        await feed.page(other, limit=1)


async def test_what_was_cut_off_is_not_done_again(api: Api, centre: Centre) -> None:
    """The program ended between the act and its answer: nobody can say whether it was done."""
    answers = Answers(store=centre.relay.store, clock=centre.clock)

    class CutOff(BaseException):
        """The power is gone."""

    async def cut() -> object:
        raise CutOff

    async def again() -> object:
        raise AssertionError("done twice")

    with pytest.raises(CutOff):
        await answers.once("接口", "k", b"POST", cut)
    with pytest.raises(KeyUnsureError):
        await answers.once("接口", "k", b"POST", again)
    row = await centre.relay.store.transact(lambda s: queries.reserved(s, "接口", "k"))
    assert row is not None
    assert not row.answer


async def test_a_refused_request_may_be_sent_again_with_its_key(api: Api, centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    number = str((await centre.cases())[-1]["case"])
    path = f"/cases/{number}/actions/pass"
    assert (await api.ask("POST", path, key="k", json={}))[1]["code"] == "case.not-now"
    await api.ask("POST", f"/cases/{number}/actions/accept", json={})
    assert (await api.ask("POST", path, key="k", json={}))[1].get("code") != "api.key-unsure"
