"""What came back lies in its pile until a clerk has told or read it; the whole way is shown."""

import re

from protocol.envelope.payloads import Outcome, ReceiptState
from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.status.chain import By, Step
from tests.builders.clerk import CLERK
from tests.station_agent.desk.test_shown import piles
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

CASE = "451423-2026-KT000001"


async def decided(
    village: Village, station: Station, application: ApplicationId, n: int, outcome: Outcome
) -> None:
    decision, _ = village.county.decision(bytes.fromhex(application), outcome, n=n)
    village.parent.send(decision)
    await village.exchange(station)


async def marked(visitor: Visitor, application: str, verb: str, **form: str) -> int:
    path = f"/applications/{application}"
    answer = await visitor.post(f"{path}/{verb}", {"token": await visitor.token(path), **form})
    return answer.status


async def handed(visitor: Visitor, application: str, n: int, **form: str) -> int:
    path = f"/applications/{application}/answers/{n}"
    answer = await visitor.post(path, {"token": await visitor.token(path), **form})
    return answer.status


async def test_a_notice_waits_until_a_clerk_has_read_it_and_is_said_in_words(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        await village.exchange(station)
        envelope = village.envelope_of(application)
        village.parent.send(village.county.notice(envelope.id, "peer.unopenable"))
        await village.exchange(station)
        assert (await piles(visitor))["notices"] == (1, ["黄秀英"])
        text = await (await visitor.get(f"/applications/{application}")).text()
        assert re.search("途中搁置</dt><dd>[\u4e00-\u9fff].*<code>peer.unopenable</code>", text)
        assert await marked(visitor, application, "noted") == 303
        assert (await piles(visitor))["notices"] == (0, [])
        assert (
            f"{FANG} 看过通知" in await (await visitor.get(f"/applications/{application}")).text()
        )


async def test_the_way_names_each_stop_its_time_and_whose_word_it_is(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        application = await station.intake.submit(village.submission("黄秀英"))
        saved_ms = village.clock.now_ms()
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        await village.exchange(station)
        envelope = village.envelope_of(application)
        for state, at_ms in ((ReceiptState.RECEIVED, 1000), (ReceiptState.COMPLETE, 2000)):
            receipt = village.county.receipt(
                envelope.id, state, "451423-2026-KT000001", at_ms=at_ms
            )
            village.parent.send(receipt)
        await decided(village, station, application, 1, Outcome.APPROVED)
        assert await handed(visitor, application, 1, way="told telephone", person="黄秀英") == 303
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        stops = await station.status.chain.stops(application, opened.vault)
        text = await (await visitor.get(f"/applications/{application}/chain")).text()
    assert [(stop.step, stop.by, stop.signed) for stop in stops] == [
        (Step.SAVED, By.STATION, True),
        (Step.CUSTODY, By.PARENT, False),
        (Step.RECEIVED, By.COUNTY, True),
        (Step.COMPLETE, By.COUNTY, True),
        (Step.ANSWERED, By.COUNTY, True),
        (Step.TOLD, By.CLERK, True),
    ]
    times = [stop.at_ms for stop in stops]
    assert times[:4] == [saved_ms, None, 1000, 2000]
    assert stops[0].detail == envelope.id.hex()
    assert stops[2].detail == CASE
    for said in ("本站收下并封好", "上级已代管", "材料到齐", "县里答复", FANG, envelope.id.hex()):
        assert said in text
