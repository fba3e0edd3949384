"""What costs its sender little must cost the county little: each answer keeps within a bound."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.arrival import completion
from central.county.intake.allowance import Allowances
from central.county.intake.models import AllowanceRow, NoticeRow
from central.relay.store.models import SpoolRow
from protocol.envelope.blob import open_chunks
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Decision, Inquiry, Outcome, Renewal
from protocol.ids import NodeId
from protocol.limits import ALLOWANCE_S, MAX_NOTICES, RENEWALS, TOLD_AGAIN
from tests.central.county.centre import Centre
from tests.central.county.village import Village

CASES = 20


async def decided(centre: Centre, village: Village, count: int = CASES) -> list[str]:
    """Cases of a village that have a decision each, all passed on; their numbers."""
    await centre.bring(*(village.submit() for _ in range(count)))
    numbers = [case["case"] for case in await centre.cases() if case["station"] == village.node]
    for number in numbers:
        await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note=number)
    await pass_on(centre)
    return numbers


async def pass_on(centre: Centre) -> None:
    """The neighbours have taken everything."""

    async def work(session: AsyncSession) -> None:
        await session.execute(update(SpoolRow).values(waiting=False, holder=b"instance"))

    await centre.relay.store.transact(work)


async def waiting(centre: Centre, village: Village) -> list[Decision]:
    """The decisions that wait for the village now."""
    rows = [row for row in await centre.rows(SpoolRow) if row.waiting and row.wire]
    mine = [row.wire for row in rows if row.destination == village.node]
    opened = [village.open(read_envelope(wire)) for wire in mine]
    return [one for one in opened if isinstance(one, Decision)]


def days_pass(centre: Centre, days: float) -> None:
    centre.clock.tick(days * ALLOWANCE_S)


async def test_ten_inquiries_seal_nothing_and_queue_each_decision_once(centre: Centre) -> None:
    village = await centre.village()
    numbers = await decided(centre, village)
    before = {row.envelope_id for row in await centre.rows(SpoolRow)}
    inquiries = [village.seal(Inquiry(since_ms=1)) for _ in range(10)]
    await centre.bring(*inquiries)
    for one in [village.seal(Inquiry(since_ms=1)) for _ in range(3)]:
        await centre.bring(one)

    told = await waiting(centre, village)
    assert sorted((one.case, one.note) for one in told) == sorted((n, n) for n in numbers)
    fresh = [row for row in await centre.rows(SpoolRow) if row.envelope_id not in before]
    posted = [row for row in fresh if row.origin == centre.relay.node]
    assert len(posted) <= 5, "a statement for each batch of inquiries, and nothing else"


async def test_a_decision_that_was_queued_again_in_vain_is_sealed_anew_another_day(
    centre: Centre,
) -> None:
    """Some memory on the way may take the first envelope for old; the second it can't know."""
    village = await centre.village()
    await decided(centre, village, 1)
    seen: list[int] = []
    for _ in range(4):
        await centre.bring(village.seal(Inquiry(since_ms=1)))
        assert len(await waiting(centre, village)) == 1
        seen.append(len({envelope.id for envelope, _ in await centre.decisions(village)}))
        await pass_on(centre)
        await centre.bring(village.seal(Inquiry(since_ms=1)))
        assert await waiting(centre, village) == [], "not twice in one day"
        days_pass(centre, 1.1)
    assert seen == [1, 2, 2, 3]


async def test_a_date_that_was_ahead_keeps_no_decision_back(centre: Centre) -> None:
    village = await centre.village()
    await decided(centre, village, 1)
    centre.clock.jump_wall(ms=400 * 86_400_000)
    await centre.bring(village.seal(Inquiry(since_ms=1)))
    await pass_on(centre)
    centre.clock.jump_wall(ms=-400 * 86_400_000)  # put right
    days_pass(centre, 1.1)
    await centre.bring(village.seal(Inquiry(since_ms=1)))
    assert len(await waiting(centre, village)) == 1


@pytest.mark.parametrize("jump_days", [0, 400, -400])
async def test_what_is_told_again_in_a_day_is_bounded_whatever_the_date_does(
    centre: Centre, jump_days: int
) -> None:
    village = await centre.village()
    wires = [village.submit() for _ in range(3)]
    await centre.bring(*wires)
    ids = tuple(read_envelope(wire).id for wire in wires)

    async def again() -> int:
        before = len(await centre.receipts(village))
        await centre.bring(village.seal(Inquiry(envelopes=ids)))
        return len(await centre.receipts(village)) - before - 1  # one for the inquiry itself

    assert await again() == 3

    async def spend(session: AsyncSession) -> None:
        await session.execute(update(AllowanceRow).values(told=TOLD_AGAIN - 2))

    await centre.relay.store.transact(spend)
    centre.clock.jump_wall(ms=jump_days * 86_400_000)
    assert await again() == 2, "up to the limit"
    assert await again() == 0, "and no more"
    days_pass(centre, 1.1)
    assert await again() == 3


async def test_the_allowance_is_on_disk(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    await centre.bring(village.seal(Inquiry(envelopes=(read_envelope(wire).id,))))
    (row,) = await centre.rows(AllowanceRow)
    assert (row.node, row.told, row.begun_ms) == (village.node, 1, centre.clock.now_ms())


async def test_a_blob_is_read_once_however_many_envelopes_name_it(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[bytes] = []

    def counted(key: bytes, pieces: Any) -> Any:
        reads.append(key)
        return open_chunks(key, pieces)

    monkeypatch.setattr(completion, "open_chunks", counted)
    village = await centre.village()
    here, missing = village.scan(b"here" * 1000), village.scan(b"missing")
    application = village.application(scans=[here, missing])
    await centre.bring(village.seal(application, blobs=[here.announced, missing.announced]), here)
    for _ in range(5):
        await centre.bring(village.seal(application, blobs=[here.announced, missing.announced]))
    assert reads == [here.attachment.key]
    await centre.bring(missing)
    assert [case["state"] for case in await centre.cases()] == ["complete"]


async def test_a_hub_s_notices_reach_each_station_in_one_envelope(centre: Centre) -> None:
    village = await centre.village()
    stuck = [read_envelope(village.submit()) for _ in range(MAX_NOTICES)]
    await centre.bring(centre.hub_says(village, *stuck, code="peer.too-large"))
    assert {one.item for one in await centre.notices(village)} == {one.id for one in stuck}
    assert len(await centre.mail(village)) == 1


async def test_so_many_notices_of_one_station_are_kept_and_no_more(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.intake.notices.MAX_STATION_NOTICES", 2)
    village, other = await centre.village(), await centre.village()
    for who in (village, village, village, other):
        wire = who.submit()
        await centre.bring(centre.hub_says(who, read_envelope(wire), code="peer.too-large"))
    kept = [row.origin for row in await centre.rows(NoticeRow)]
    assert sorted(kept) == sorted([village.node, village.node, other.node])


async def test_so_many_renewals_of_one_node_in_a_day_and_no_more(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    allowances = Allowances(centre.clock)

    async def renewed(node: NodeId) -> bool:
        return await centre.relay.store.transact(lambda s: allowances.renew(s, node))

    assert [await renewed(village.node) for _ in range(RENEWALS + 1)] == [True] * RENEWALS + [False]
    assert await renewed(other.node), "another node has its own"
    again = Allowances(centre.clock)  # the county starts anew
    assert not await centre.relay.store.transact(lambda s: again.renew(s, village.node))
    days_pass(centre, 1)
    assert await renewed(village.node)


async def test_an_allowance_lasts_a_day_to_the_second(centre: Centre) -> None:
    village = await centre.village()
    allowances = Allowances(centre.clock)

    async def left() -> int:
        return await centre.relay.store.transact(
            lambda s: allowances.envelopes_left(s, village.node)
        )

    assert await left() == TOLD_AGAIN
    await centre.relay.store.transact(lambda s: allowances.tell(s, village.node, TOLD_AGAIN + 5))
    centre.clock.tick(ALLOWANCE_S - 1)
    assert await left() == 0, "and never below"
    centre.clock.tick(1)
    assert await left() == TOLD_AGAIN


async def test_requests_for_new_keys_beyond_a_day_s_are_not_even_looked_at(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    village = await centre.village()
    asked = [village.seal(Renewal(request=b"%d" % n)) for n in range(RENEWALS + 2)]
    await centre.bring(*asked)
    events = [getattr(record, "event", "") for record in caplog.records]
    assert events.count("renewal.refused") == RENEWALS
    assert events.count("renewal.often") == 2
    assert len(await centre.receipts(village)) == len(asked), "each is receipted all the same"
