"""Something of everything that is written at a desk, for whoever looks at its pages."""

import hashlib

from protocol.codec import altered
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Answer
from protocol.envelope.publicity_payloads import Publicity
from protocol.ids import ApplicationId
from protocol.records.followups import Letter, LetterKind, Objection, PosterState, Posting, Said
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from station_agent.app import Station
from station_agent.clerks.unlocking import Opened
from station_agent.followups.calls import SendFollowUp
from station_agent.papers.pages import NewPage
from station_agent.papers.wanted import Wanted
from tests.builders.clerk import CLERK
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import in_pieces
from tests.station_agent.village import Village

CIRCULAR = "c1" * 16
_LETTER = Letter(kind=LetterKind.SUGGESTION, words="村口的路灯坏了三盏。", by="农某")


async def written_samples(
    village: Village, station: Station, opened: Opened, application: str
) -> dict[str, str]:
    """What stands in addresses of such pages."""
    await _poster(village, station, application)
    await _circular(village, station)
    letter = await _sent(station, opened, Said(subject=_LETTER), "")
    await _sent(station, opened, Said(subject=altered(_LETTER, words="x")), "", unseen=True)
    await _sent(station, opened, Said(subject=Objection(words="x")), application, unseen=True)
    placed = Posting(what=PosterState.PLACED, place="村委会公示栏")
    posted = await _sent(station, opened, Said(subject=placed), application)
    answer = Answer(
        follow_up=bytes.fromhex(letter),
        words="已派人维修，三日内修好。",
        n=9,
        at_ms=village.clock.now_ms(),
    )
    village.parent.send(village.county.post(answer, Lane.RESULTS))
    await village.exchange(station)
    begun = await _begun(village, station, opened, application)
    return {
        "writing": begun,
        "letter": letter,
        "follow_up": posted,
        "what": "letter",
        "circular": CIRCULAR,
    }


async def _circular(village: Village, station: Station) -> None:
    told = Circular(
        circular=bytes.fromhex(CIRCULAR),
        title="国庆假期值班安排",
        words="10 月 1 日至 3 日窗口不开。\n有急事的群众，请他打值班电话 0771-0000120。",
        at_ms=village.clock.now_ms(),
    )
    village.parent.send(village.county.post(told, Lane.RESULTS))
    await village.exchange(station)


async def _poster(village: Village, station: Station, application: str) -> None:
    lines = (
        PosterLine(label="申请人", text="黄秀英"),
        PosterLine(label="保障人数", text="3"),
    )
    poster = Poster(
        title="最低生活保障审核确认",
        days=7,
        unit=WindowUnit.DAYS,
        lines=lines,
        contact="0771-0000121",
        basis="最低生活保障审核确认办法",
    )
    for name in (application, "ab" * 16):
        task = Publicity(
            application=bytes.fromhex(name),
            case="451423-2026-KT000001",
            poster=poster,
            n=8,
            at_ms=village.clock.now_ms(),
        )
        village.parent.send(village.county.post(task, Lane.RESULTS))
    await village.exchange(station)


async def _sent(
    station: Station, opened: Opened, said: Said, application: str, *, unseen: bool = False
) -> ApplicationId:
    own = ApplicationId(hashlib.sha256(f"{said} {unseen}".encode()).hexdigest()[:32])
    wanted = SendFollowUp(
        follow_up=own,
        application=application,
        said=altered(said, clerk=opened.clerk),
        unseen=unseen,
    )
    await station.follow_ups.send(CLERK, wanted)
    return own


async def _begun(
    village: Village, station: Station, opened: Opened, application: str
) -> ApplicationId:
    own = ApplicationId(village.randomness.token(16).hex())
    texts = {
        "visitor.1": opened.clerk,
        "visitor.2": "黄大山",
        "words": "三口人，两间瓦房，屋顶漏雨；家里有一名肢体残疾人。",
    }
    await station.serving().filings.save(
        opened, own, about="visit", application=application, texts=texts
    )
    photo = NewPage(application=own, material="", wanted=Wanted())
    await station.papers.add(photo, in_pieces(scans.picture(400)))
    return own
