"""A desk is released for the request whose code was read out, once, and for no other."""

import pytest

from protocol.codec import altered
from protocol.envelope.vault import unlock
from protocol.errors import NodeUnknownError
from protocol.errors.desk import (
    ForgottenCodeError,
    ForgottenForeignError,
    ForgottenForgedError,
    ForgottenOldError,
    ForgottenReleasedError,
    ForgottenReplacedError,
)
from protocol.limits import DESK_REQUEST_DAYS
from runtime.actor import Actor
from tests.central.county.desks.scene import FANG, desk_in
from tests.central.county.review.withdrawing import Withdrawing

OWNER = Actor.at_command_line("root")
DAY_MS = 86_400_000


async def states(centre: Withdrawing, node: str) -> list[str]:
    return [one.state for one in await centre.county.desks.listed() if one.station == node]


async def test_the_desk_gets_what_was_in_the_slot_and_nobody_else_can_open_it(
    centre: Withdrawing,
) -> None:
    desk, other = await desk_in(centre), await desk_in(centre)
    code = await desk.asks()
    (asked,) = await centre.county.desks.listed()
    assert (asked.station, asked.clerk, asked.state) == (desk.node, FANG, "open")
    assert await desk.answers() == []
    done = await centre.county.desks.release(desk.node, code, OWNER)
    assert (done.state, done.released_by) == ("released", "root")
    (answer,) = await desk.answers()
    assert desk.opens(answer) == unlock(desk.vault, "开站时设的口令", None)
    assert await other.answers() == []
    (receipt,) = await centre.receipts(desk.village)
    assert receipt.number


async def test_only_the_code_that_was_read_out_releases(centre: Withdrawing) -> None:
    desk, other = await desk_in(centre), await desk_in(centre)
    code, others = await desk.asks(), await other.asks()
    desks = centre.county.desks
    for wrong, error in (
        ("1234", ForgottenCodeError),
        (others, ForgottenForgedError),  # of another station
    ):
        with pytest.raises(error):
            await desks.release(desk.node, wrong, OWNER)
        with pytest.raises(error):
            await desks.check(desk.node, wrong)
    assert (await desks.check(desk.node, code)).state == "open"
    assert await desk.answers() == []


async def test_a_newer_request_voids_the_one_before(centre: Withdrawing) -> None:
    desk = await desk_in(centre)
    first = await desk.asks()
    second = await desk.asks()
    with pytest.raises(ForgottenReplacedError):
        await centre.county.desks.release(desk.node, first, OWNER)
    await centre.county.desks.release(desk.node, second, OWNER)
    assert len(await desk.answers()) == 1


async def test_many_requests_leave_two_rows(centre: Withdrawing) -> None:
    desk = await desk_in(centre)
    for _ in range(4):
        await desk.asks()
    assert sorted(await states(centre, desk.node)) == ["open", "replaced"]


async def test_a_request_is_released_once_though_it_comes_again(centre: Withdrawing) -> None:
    desk = await desk_in(centre)
    request = desk.request()
    code = await desk.asks(request)
    await centre.county.desks.release(desk.node, code, OWNER)
    await desk.asks(request)  # sealed anew
    with pytest.raises(ForgottenReleasedError):
        await centre.county.desks.release(desk.node, code, OWNER)
    assert len(await desk.answers()) == 1


async def test_a_request_counts_for_so_many_days_after_it_came(centre: Withdrawing) -> None:
    desk = await desk_in(centre)
    code = await desk.asks()
    centre.clock.jump_wall(ms=DESK_REQUEST_DAYS * DAY_MS)
    assert await states(centre, desk.node) == ["open"]
    centre.clock.jump_wall(ms=1)
    assert await states(centre, desk.node) == ["old"]
    with pytest.raises(ForgottenOldError):
        await centre.county.desks.release(desk.node, code, OWNER)


async def test_one_that_was_kept_back_on_the_way_is_as_old_as_it_was_asked(
    centre: Withdrawing,
) -> None:
    desk = await desk_in(centre)
    asked_ms = centre.clock.now_ms() - DESK_REQUEST_DAYS * DAY_MS - 1
    code = await desk.asks(desk.request(at_ms=asked_ms))
    with pytest.raises(ForgottenOldError):
        await centre.county.desks.release(desk.node, code, OWNER)


async def test_a_slot_of_another_station_or_one_that_was_altered_opens_nothing(
    centre: Withdrawing,
) -> None:
    desk, other = await desk_in(centre), await desk_in(centre)
    broken = altered(desk.slot, sealed=bytes(len(desk.slot.sealed)))
    unknown = altered(desk.slot, suite=99)
    for slot in (other.slot, broken, unknown):
        code = await desk.asks(desk.request(slot=slot))
        with pytest.raises(ForgottenForeignError):
            await centre.county.desks.release(desk.node, code, OWNER)
    assert await desk.answers() == []


async def test_a_withdrawn_station_and_a_lost_pc_get_nothing(centre: Withdrawing) -> None:
    desk = await desk_in(centre)
    code = await desk.asks()
    await centre.drain(desk.village)
    with pytest.raises(NodeUnknownError):
        await centre.county.desks.release(desk.node, code, OWNER)
    lost = await desk_in(centre)
    before = await lost.asks()
    await centre.lose(lost.village)
    with pytest.raises(NodeUnknownError):
        await centre.county.desks.release(lost.node, before, OWNER)
    after = await lost.asks()  # the lost PC asks again
    with pytest.raises(ForgottenForgedError):
        await centre.county.desks.release(lost.node, after, OWNER)
