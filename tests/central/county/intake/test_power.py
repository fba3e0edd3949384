"""The power goes at any step of a transaction: nothing of it is left, and all of it comes again."""

from pathlib import Path

import pytest

from central.county.casework.models import AttachmentRow, CaseRow
from central.county.counters.models import CounterRow
from central.county.intake.models import QuarantineRow, ReceivedRow
from central.relay.store.models import SpoolRow
from protocol.envelope.payloads import Outcome, ReceiptState
from tests.builders.disks.power import COMMIT, PowerCut, cut_power_before
from tests.central.county.centre import Centre, Ground
from tests.central.county.village import Scan  # noqa: TC001 - local annotations

TABLES = (CaseRow, AttachmentRow, ReceivedRow, QuarantineRow, SpoolRow)


async def total(centre: Centre) -> int:
    return sum([await centre.count(table) for table in TABLES])


def cut(centre: Centre, step: str, *, passing: int = 0) -> None:
    cut_power_before(centre.relay.store.engine, step, passing=passing)


@pytest.mark.parametrize(
    "step",
    [
        "INSERT INTO spool",
        "INSERT INTO county_counter",
        "INSERT INTO county_case",
        "INSERT INTO attachment",
        "INSERT INTO quarantine",
        "INSERT INTO received",
        "UPDATE county_case",
        "INSERT INTO incarnation",
        COMMIT,
    ],
)
async def test_a_power_cut_while_envelopes_are_taken_leaves_nothing(
    ground: Ground, tmp_path: Path, database_url: str, step: str
) -> None:
    place = (ground, database_url, tmp_path / "county")
    async with Centre.open(*place) as centre:
        village = await centre.village()
        card = village.scan(b"card")
        arrivals: list[bytes | Scan] = [
            village.submit(),
            village.submit(card),
            village.submit(form={}),
            card,
        ]
        counters = await centre.count(CounterRow)
        cut(centre, step)
        with pytest.raises(PowerCut):
            await centre.bring(*arrivals)

    async with Centre.open(*place) as centre:  # the server starts again
        assert await total(centre) == 0
        assert await centre.count(CounterRow) == counters
        await centre.bring(*arrivals)
        assert [case["case"][-6:] for case in await centre.cases()] == ["000001", "000002"]
        assert {case["state"] for case in await centre.cases()} == {"complete"}
        assert sorted(line.number for line in await centre.receipts(village)) == [1, 2, 3, 4]
        assert len(await centre.rejections(village)) == 1


@pytest.mark.parametrize("step", ["UPDATE attachment", "UPDATE county_case", COMMIT])
async def test_a_power_cut_while_a_blob_is_taken_leaves_the_case_waiting(
    ground: Ground, tmp_path: Path, database_url: str, step: str
) -> None:
    place = (ground, database_url, tmp_path / "county")
    async with Centre.open(*place) as centre:
        village = await centre.village()
        card = village.scan(b"card")
        await centre.bring(village.submit(card))
        cut(centre, step)
        with pytest.raises(PowerCut):
            await centre.bring(card)

    async with Centre.open(*place) as centre:
        assert [case["state"] for case in await centre.cases()] == ["received"]
        await centre.bring(card)
        assert [case["state"] for case in await centre.cases()] == ["complete"]
        states = [line.state for line in await centre.receipts(village)]
        assert states == [ReceiptState.RECEIVED, ReceiptState.COMPLETE]


@pytest.mark.parametrize(
    "step", ["UPDATE county_case", "INSERT INTO spool", "INSERT INTO attachment", COMMIT]
)
async def test_a_power_cut_while_a_case_is_decided_leaves_it_open(
    ground: Ground, tmp_path: Path, database_url: str, step: str
) -> None:
    place = (ground, database_url, tmp_path / "county")
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"paper")
    async with Centre.open(*place) as centre:
        village = await centre.village()
        await centre.bring(village.submit())
        number = (await centre.cases())[0]["case"]
        before = await total(centre)
        cut(centre, step, passing=step == COMMIT)  # the first commit is that of a look only
        with pytest.raises(PowerCut):
            await centre.county.flows.decide(
                number, outcome=Outcome.APPROVED, note="", attach=[paper]
            )

    async with Centre.open(*place) as centre:
        assert await total(centre) == before
        await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="", attach=[paper])
        assert len(await centre.decisions(village)) == 1
