"""A poster: asked for at the county or not at all, and kept at the village once it has come."""

from dataclasses import dataclass
from pathlib import Path

from central.county.casework.calls import AskPublicity
from central.county.followups.circular_calls import SendCircular
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.envelope import Lane
from protocol.envelope.publicity_payloads import Publicity
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from station_agent.store.desk import circulars, publicities
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.faults.actions.county import Centre, first_case, with_cases
from tests.station_agent.village import Village

OWN = "ab" * 16
SAID = SendCircular(circular=OWN, title="停电", words="明天停电。")
TASK = Publicity(
    application=bytes.fromhex(OWN),
    case="451423-2026-KT000001",
    poster=Poster(
        title="低保",
        days=7,
        unit=WindowUnit.DAYS,
        lines=(PosterLine(label="申请人", text="黄秀英"),),
    ),
    n=1,
    at_ms=1,
)


async def ask(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        wanted = AskPublicity(case=await first_case(county), days=5)
        with mains.armed():
            await county.node.county.casework.publicity.ask(wanted, county.node.county.intake.item)


async def it_was_asked_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        asked = [one["publicity"] for one in (await county.cases()).values() if one["publicity"]]
        assert len(asked) == 1 or not told
        wanted = AskPublicity(case=await first_case(county), days=7)
        await county.node.county.casework.publicity.ask(wanted, county.node.county.intake.item)
        days = [
            one["publicity"]["poster"]["days"]
            for one in (await county.cases()).values()
            if one["publicity"]
        ]
        assert days == [7]


@dataclass
class Waiting:
    """A village for which a poster waits at its parent."""

    village: Village


async def waiting(root: Path) -> Waiting:
    village = Village(root)
    async with village.open():
        village.parent.send(village.county.post(TASK, Lane.RESULTS))
    return Waiting(village=village)


async def arrive(made: Waiting, mains: Mains) -> None:
    async with made.village.open() as station:
        with mains.armed():
            await made.village.exchange(station)


async def it_is_there_in_the_end(made: Waiting, _: bool) -> None:
    async with made.village.open() as station:
        await made.village.exchange(station)
        (row,) = await station.database.read(lambda tx: publicities.newest(tx, 9))
        assert (row.application, row.n) == (OWN, 1)


async def say(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await county.node.county.followed.circulars.send(SAID, "")


async def it_was_said_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        circulars = county.node.county.followed.circulars
        before = await circulars.page(after="", limit=9)
        assert len(before) == 1 or not told
        assert (await circulars.send(SAID, "")).stations == 1
        assert len(await circulars.page(after="", limit=9)) == 1


async def told_everybody(root: Path) -> Waiting:
    village = Village(root)
    async with village.open():
        circular = Circular(circular=bytes.fromhex(OWN), title="停电", words="明天。", at_ms=1)
        village.parent.send(village.county.post(circular, Lane.RESULTS))
    return Waiting(village=village)


async def it_is_read_in_the_end(made: Waiting, _: bool) -> None:
    async with made.village.open() as station:
        await made.village.exchange(station)
        (row,) = await station.database.read(lambda tx: circulars.newest(tx, 9))
        assert row.circular == OWN


ACTIONS = [
    Action("county: ask for a poster", with_cases, ask, it_was_asked_or_not),
    Action("station: a poster comes", waiting, arrive, it_is_there_in_the_end),
    Action("county: send a circular", with_cases, say, it_was_said_or_not),
    Action("station: a circular comes", told_everybody, arrive, it_is_read_in_the_end),
]
