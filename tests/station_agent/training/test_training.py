"""Nothing leaves a folder for training by any way, and nothing made there passes for real."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from protocol.envelope.envelope import read_envelope
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    AlreadyJoinedError,
    CatalogueMissingError,
    DamagedError,
    PeerError,
    YizhanError,
)
from protocol.errors.slips import SlipError
from protocol.errors.training import TrainingError
from protocol.trust.schedule import local_time
from protocol.trust.slip import Slip, scanned_text, signed_rows
from runtime.control.calls import Nothing
from runtime.node.slips import VerifySlip, verified
from runtime.sticks.calls import ExportStick, ImportStick
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.exchange.operations import ExchangeOperations
from station_agent.opening import open_station
from station_agent.slips.calls import ShowSlip
from station_agent.stick.operations import StickOperations
from station_agent.training.calls import MakeTraining
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.filling import fills_in, text_of
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village


@asynccontextmanager
async def practising(village: Village) -> AsyncIterator[Station]:
    """A folder for training, made from a real station's catalogue; somebody practises in it."""
    folder = village.data.parent / "training"
    async with village.open() as station:
        await station.training().make(CLERK, MakeTraining(folder=folder))
    async with open_station(folder, clock=village.clock, randomness=village.randomness) as station:
        yield station


async def test_people_practise_with_the_stations_own_catalogue(village: Village) -> None:
    async with practising(village) as station:
        assert station.identity.training
        assert (station.identity.code, station.identity.name) == ("451423103201", "test（练习）")
        await station.intake.submit(village.submission("黄秀英"))
        status = await status_of(station)
        assert (status["release"], status["counts"]["saved"]) == (1, 1)
        assert [one["applicant"] for one in status["applications"]] == ["黄秀英"]


async def test_no_exchange_and_no_stick_takes_anything_out_or_in(village: Village) -> None:
    stick = village.data.parent / "stick"
    stick.mkdir()
    async with practising(village) as station:
        await station.intake.submit(village.submission("黄秀英"))
        exchange = ExchangeOperations(database=station.database, exchange=station.exchanges.service)
        with pytest.raises(TrainingError):
            await exchange.now(CLERK, Nothing())
        sticks = StickOperations(station.stick)
        with pytest.raises(TrainingError):
            await sticks.export(CLERK, ExportStick(folder=stick))
        with pytest.raises(TrainingError):
            await sticks.take_in(CLERK, ImportStick(folder=stick))
        assert list(stick.iterdir()) == []
        assert (await status_of(station))["counts"]["saved"] == 1


async def test_what_is_sealed_there_nobody_opens_and_no_real_node_knows_who_sealed_it(
    village: Village,
) -> None:
    async with practising(village) as station:
        await station.intake.submit(village.submission("黄秀英"))
        rows = await station.database.read(lambda tx: tx.rows("SELECT wire FROM outbox"))
        envelope = read_envelope(rows[0]["wire"])
        key = village.county.keys.opening[SuiteNumber(envelope.header.suite)]
        with pytest.raises(PeerError):
            envelope.open(key)
        assert station.identity.node not in village.county.roster.entries
        kept = b"".join(one.read_bytes() for one in station.identity.folder.iterdir())
        assert village.county.root.public_bytes() not in kept


async def test_without_the_mark_there_is_still_nobody_to_call(village: Village) -> None:
    async with practising(village):
        folder = village.data.parent / "training"
    facts = folder / "node" / "node.json"
    said = json.loads(facts.read_text("utf-8"))
    assert said.pop("training") is True
    facts.write_text(json.dumps(said), "utf-8")
    async with open_station(folder, clock=village.clock, randomness=village.randomness) as station:
        await station.intake.submit(village.submission("黄秀英"))
        with pytest.raises(YizhanError) as refused:
            await station.exchanges.service.now()
        assert refused.value.code == "line.parent-absent"


async def test_its_slips_prove_nothing_there_or_anywhere(village: Village) -> None:
    async with practising(village) as station:
        own = await station.intake.submit(village.submission("黄秀英"))
        with pytest.raises(TrainingError):
            await station.serving().slips.show(CLERK, ShowSlip(application=own))
        paper = await station.serving().slips.text(own)
        assert paper.rows == []
        forced = Slip(
            station=bytes.fromhex(station.identity.node),
            division=station.identity.code,
            application=bytes.fromhex(own),
            envelope=b"e" * 32,
            item="pension",
            at_ms=0,
            number="",
        )
        by_own_key = scanned_text(signed_rows(station.identity.keys.signer, forced))
        for text in (paper.scanned, by_own_key):
            with pytest.raises(TrainingError):
                await station.serving().verifier.verify(CLERK, VerifySlip(text=text))
    async with village.open() as station:
        for text in (paper.scanned, by_own_key):
            with pytest.raises(SlipError):
                verified(station.exchanges.parentage.held.roster, text)


async def test_every_page_is_striped_and_every_paper_marked(village: Village) -> None:
    async with practising(village) as station:
        own = await station.intake.submit(village.submission("黄秀英"))
        village.data = village.data.parent / "training"
        async with open_visitor(village, station) as visitor:
            await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
            await visitor.logs_in()
            assert "练习：这里做的不会送出去" in await text_of(visitor, "/today")
            page = await text_of(visitor, f"/applications/{own}")
            assert "打印收件凭证" in page
            assert "这是练习" not in page
            token = await visitor.token(f"/applications/{own}")
            led = await visitor.post(f"/applications/{own}/slip", {"token": token})
            taken = await visitor.post("/queue/take", {"token": await visitor.token("/queue")})
            papers = (led.headers["Location"], taken.headers["Location"], "/queue-screen")
            for path in ("/today", *papers):
                assert 'class="training"' in await text_of(visitor, path), path
            refused = await visitor.post(
                "/slips", {"token": await visitor.token("/slips"), "text": "x"}
            )
            assert "这是练习" in await refused.text()


async def test_nobody_is_asked_for_a_date_that_nothing_will_ever_prove(village: Village) -> None:
    async with practising(village) as station:
        day = local_time(village.clock.now_ms()).date()
        assert station.drafts.today() == day
        village.data = village.data.parent / "training"
        async with open_visitor(village, station) as visitor:
            await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
            await visitor.logs_in()
            page, _ = await fills_in(visitor, "黄秀英")
            assert "交给县里" in page
            assert "今天是几月几日" not in page


@pytest.mark.parametrize("held", [b"noise" * 900, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_folder_with_a_damaged_database_is_left_alone(
    village: Village, held: bytes
) -> None:
    folder = village.data.parent / "training"
    folder.mkdir()
    (folder / "station.db").write_bytes(held)
    async with village.open() as station:
        with pytest.raises(DamagedError):
            await station.training().make(CLERK, MakeTraining(folder=folder))
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {"station.db": held}


def test_no_page_forgets_the_mark() -> None:
    root = Path(__file__).parents[3]
    for package in ("runtime/web", "station_agent/desk"):
        for page in (root / package / "templates").rglob("*.html"):
            text = page.read_text("utf-8")
            assert "<body>" not in text, page
            assert "<body" not in text or "site.training" in text, page


async def test_a_folder_that_belongs_to_somebody_is_left_alone(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(AlreadyJoinedError):
            await station.training().make(CLERK, MakeTraining(folder=village.data))
    async with practising(village) as station:
        with pytest.raises(TrainingError):
            await station.training().make(
                CLERK, MakeTraining(folder=village.data.parent / "another")
            )


async def test_without_a_catalogue_there_is_nothing_to_practise_with(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        with pytest.raises(CatalogueMissingError):
            await station.training().make(
                CLERK, MakeTraining(folder=village.data.parent / "training")
            )
