"""Circulars of the county: each clerk confirms by name, and the county hears who has not."""

from protocol.envelope.circular_payloads import Circular
from protocol.envelope.envelope import Lane
from protocol.errors.clerk import FollowUpWrongError
from protocol.errors.office import CircularUnknownError
from protocol.records.followups import Confirmation
from station_agent.circulars.calls import ConfirmCircular, ShowCirculars
from station_agent.clerks.calls import AddClerk, Proof
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD
from tests.station_agent.desk.writing.counter import Writer, writing
from tests.station_agent.village import Village

OWN, TITLE = b"c" * 16, "国庆假期值班安排"
TOLD = Circular(circular=OWN, title=TITLE, words="窗口不开。", at_ms=1_800_000_000_000)
OTHER = "黄大山"


async def _tells(writer: Writer, told: Circular = TOLD) -> None:
    writer.village.parent.send(writer.village.county.post(told, Lane.RESULTS))
    await writer.village.exchange(writer.station)


async def _confirmed(writer: Writer) -> list[tuple[str, tuple[str, ...]]]:
    sent = [one.said for one in await writer.at_county()]
    found = [(one.clerk, one.subject) for one in sent if isinstance(one.subject, Confirmation)]
    assert all(subject.circular == OWN for _, subject in found)
    return [(clerk, subject.waiting) for clerk, subject in found]


async def test_each_clerk_confirms_by_name_and_the_county_hears_it(village: Village) -> None:
    async with writing(village) as writer:
        by = Proof(clerk=FANG, password=WORD)
        await writer.station.clerks.add(CLERK, AddClerk(name=OTHER, password=WORD, by=by))
        place = f"/circulars/{OWN.hex()}"
        assert (await writer.visitor.get(place)).status == 400
        await _tells(writer)
        await _tells(writer)  # twice on its way is once
        assert (await writer.page("/today")).count(f'href="{place}"') == 1
        page = await writer.page(place)
        assert all(one in page for one in (TITLE, "窗口不开。", f"{OTHER} 还没有看"))

        for _ in range(2):  # the second click changes nothing
            form = {"token": await writer.visitor.token(place)}
            assert (await writer.visitor.post(place, form)).status == 303
        assert place not in await writer.page("/today")
        assert f"{FANG} 看过" in await writer.page(place)
        assert await _confirmed(writer) == [(FANG, (OTHER,))]

        await writer.visitor.logs_in(OTHER)
        assert place in await writer.page("/today")
        assert "没看过" in await writer.page("/circulars")
        await writer.visitor.post(place, {"token": await writer.visitor.token(place)})
        assert await _confirmed(writer) == [(FANG, (OTHER,)), (OTHER, ())]
        assert "没看过" not in await writer.page("/circulars")


async def test_a_command_confirms_by_the_password_alone(village: Village) -> None:
    async with writing(village) as writer:
        await _tells(writer)
        circulars = writer.station.serving().circulars
        wanted = ConfirmCircular(circular=OWN.hex(), clerk=FANG, password=WORD)
        (shown,) = await circulars.shown(CLERK, ShowCirculars(clerk=FANG, password=WORD))
        assert shown.waits_for(FANG)
        assert not shown.waits_for("somebody else")
        done = await circulars.confirm(CLERK, wanted)
        assert (done.clerk, done.circular) == (FANG, OWN.hex())
        (shown,) = await circulars.shown(CLERK, ShowCirculars(clerk=FANG, password=WORD))
        assert [one.name for one in shown.readers if one.read_ms is not None] == [FANG]


async def test_nobody_confirms_without_a_name_or_what_never_came(village: Village) -> None:
    async with village.open() as station:
        village.parent.send(village.county.post(TOLD, Lane.RESULTS))
        await village.exchange(station)
        for circular, error in ((OWN.hex(), FollowUpWrongError), ("ee" * 16, CircularUnknownError)):
            try:
                await station.serving().circulars.confirm(CLERK, ConfirmCircular(circular=circular))
            except error:
                continue
            raise AssertionError(circular)
