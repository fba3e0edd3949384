"""A county whose folder was put back by hand is found out by what it once signed, and only so."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result
from central.county.casework.models import AttachmentRow
from central.county.counters.models import CounterRow
from central.county.recovery import telling_again
from central.county.recovery.rollback import AHEAD
from protocol.envelope.envelope import read_envelope
from protocol.envelope.keys import Context, sign_record
from protocol.envelope.payloads import Mark, Receipt, ReceiptState
from protocol.errors import InstanceBegunError
from protocol.exchange.messages import Hello
from protocol.exchange.session import VERSIONS
from tests.central.county.centre import Centre
from tests.central.county.village import Village


async def newest_mark(centre: Centre, village: Village) -> bytes:
    marks = [one.mark for _, one in await centre.mail(village) if isinstance(one, Receipt)]
    return marks[-1]


async def forget_receipts(centre: Centre) -> None:
    """As a copy of the folder that was made before anything had come."""

    async def work(session: AsyncSession) -> None:
        receipts = CounterRow.name.startswith("receipt ")
        await session.execute(update(CounterRow).where(receipts).values(value=0))

    await centre.relay.store.transact(work)


async def hub_says(centre: Centre, mark: bytes) -> int:
    exchange_store = centre.relay.exchanges.store_for(centre.ground.nodes.hub.node)
    await exchange_store.greeting()
    hello = Hello(versions=VERSIONS, instance=b"hub-life", exchange=b"exchange", mark=mark)
    return await exchange_store.meet(hello)


async def test_a_mark_of_its_own_means_nothing(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    before = await centre.relay.instance()
    await hub_says(centre, await newest_mark(centre, village))
    assert await centre.relay.instance() == before


async def test_a_mark_above_its_own_makes_it_another_life(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    mark = await newest_mark(centre, village)
    before = await centre.relay.instance()
    await forget_receipts(centre)
    stopped: list[int] = []
    centre.relay.on_end(lambda: stopped.append(1))

    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)

    after = await centre.relay.instance()
    assert after != before
    assert stopped
    (noted,) = centre.ground.nodes.scene.authority.audit.newest(0, 1)
    assert (noted.action, noted.outcome) == ("county.set-back", "done")
    assert noted.detail["shown"] > noted.detail["given"]
    told = (await centre.statements(village))[-1]
    assert told.instance == after
    assert [(line.state, line.number) for line in told.lines] == [(ReceiptState.COMPLETE, 1)]
    await hub_says(centre, mark)  # it is of a life that is over
    assert await centre.relay.instance() == after


async def test_case_numbers_of_the_new_life_look_like_no_earlier_ones(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    mark = await newest_mark(centre, village)
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    await centre.bring(village.submit())
    first, second = sorted(
        (case["case"] for case in await centre.cases()), key=lambda number: number[-6:]
    )
    assert first[12:14] != second[12:14]


async def test_roster_and_catalogue_move_past_what_nodes_may_hold(centre: Centre) -> None:
    """They may have come with versions that the copy lacks: no number may come twice."""
    village = await centre.village()
    await centre.bring(village.submit())
    mark = await newest_mark(centre, village)
    roster, release = centre.relay.editions.versions()
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    await centre.county.rosters.idle()
    assert centre.relay.editions.versions() == (roster + AHEAD, release + AHEAD)
    await centre.bring(village.submit(release=release + AHEAD))
    assert len(await centre.cases()) == 2


async def test_a_result_counts_above_all_that_the_life_before_may_have_given_out(
    centre: Centre,
) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    mark = await newest_mark(centre, village)
    await centre.relay.store.transact(centre.relay.times.held)
    before = await centre.relay.store.transact(next_result)
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    assert await centre.relay.store.transact(next_result) > before + 1_000_000


async def test_a_file_that_did_not_come_along_is_awaited_again(centre: Centre) -> None:
    village = await centre.village()
    scan = village.scan(b"a photograph")
    await centre.bring(village.submit(scan), scan)
    mark = await newest_mark(centre, village)
    (row,) = await centre.rows(AttachmentRow)
    path = centre.relay.queue.files.file(row.ref)
    assert path
    path.unlink()
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    assert [case["state"] for case in await centre.cases()] == ["received"]
    assert [line.state for line in (await centre.statements(village))[-1].lines] == [
        ReceiptState.RECEIVED
    ]
    await centre.bring(scan)
    assert [case["state"] for case in await centre.cases()] == ["complete"]


async def test_whatever_is_here_is_told_again_however_much_it_is(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_again, "_PAGE", 2)
    village = await centre.village()
    wires = [village.submit() for _ in range(5)]
    await centre.bring(*wires)
    mark = await newest_mark(centre, village)
    before = len(await centre.receipts(village))
    await forget_receipts(centre)
    with pytest.raises(InstanceBegunError):
        await hub_says(centre, mark)
    told = (await centre.receipts(village))[before:]
    assert sorted(line.envelope for line in told) == sorted(read_envelope(w).id for w in wires)


async def test_nobody_but_the_county_can_make_one(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    before = await centre.relay.instance()
    forged = sign_record(
        village.keys.signer,
        Context.MARK,
        Mark(county=bytes.fromhex(centre.relay.node), instance=before, number=10**6),
    )
    await hub_says(centre, forged)
    assert await centre.relay.instance() == before
