"""Circulars: sent to every station, confirmed by name, and told again within bounds."""

from pathlib import Path

import pytest

from central.county.followups.circular_calls import CircularShown, SendCircular, StationRead
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.payloads import Inquiry
from protocol.errors import UsageError
from protocol.errors.office import CircularUnknownError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.records.followups import Confirmation
from tests.central.county.backup.place import Place
from tests.central.county.centre import Centre
from tests.central.county.village import Village

OWN = b"c" * 16
SAID = SendCircular(circular=OWN.hex(), title="停电通知", words="明天停电。")
DAY_MS = 86_400_000


async def _got(centre: Centre, village: Village) -> list[Circular]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Circular)]


def _of(shown: CircularShown, village: Village) -> StationRead:
    (found,) = [one for one in shown.stations if one.station == village.node]
    return found


async def test_every_station_gets_it_once_and_who_has_read_it_is_counted(centre: Centre) -> None:
    first, second = await centre.village(), await centre.village()
    circulars = centre.county.followed.circulars
    sent = await circulars.send(SAID, "李主任")
    assert await circulars.send(SAID, "李主任") == sent
    for village in (first, second):
        (told,) = await _got(centre, village)
        assert (told.circular, told.title, told.words) == (OWN, "停电通知", "明天停电。")

    early = Confirmation(circular=OWN, waiting=("黄大山", "农小芳"))
    await centre.bring(first.follow_up(early))
    shown = await circulars.one(OWN.hex())
    assert [one.name for one in _of(shown, first).read] == ["农小芳"]
    assert _of(shown, first).waiting == ["黄大山"], "who has read it waits no more"
    assert (_of(shown, second).read, _of(shown, second).done) == ([], False)
    (listed,) = await circulars.page(after="", limit=9)
    assert (listed.by, listed.stations, listed.unread) == ("李主任", sent.stations, sent.stations)
    centre.clock.jump_wall(ms=1)
    await centre.bring(first.follow_up(Confirmation(circular=OWN)))
    (listed,) = await circulars.page(after="", limit=9)
    assert listed.unread == sent.stations - 1
    assert _of(await circulars.one(OWN.hex()), first).done


async def test_a_station_that_joins_later_gets_what_still_stands(centre: Centre) -> None:
    first, circulars = await centre.village(), centre.county.followed.circulars
    for at, title in enumerate(("过去的", "停电通知", "第二件")):
        own = bytes([at]).hex() * 16
        await circulars.send(SendCircular(circular=own, title=title, words="乙"), "")
        centre.clock.jump_wall(ms=364 * DAY_MS if at == 0 else 2 * DAY_MS)
    assert await circulars.tell_newcomers() == 0, "everybody was there"
    while centre.villages < len(centre.ground.machines):  # that joined for other tests
        await centre.village()
    late = await centre.village()
    assert await circulars.tell_newcomers() == 2
    assert [one.title for one in await _got(centre, late)] == ["停电通知", "第二件"]
    assert await circulars.tell_newcomers() == 0
    assert len(await _got(centre, first)) == 3
    assert late.node in [one.station for one in (await circulars.one("02" * 16)).stations]


async def test_a_station_that_lost_its_disk_is_told_again_once_a_day(centre: Centre) -> None:
    village = await centre.village()
    await centre.county.followed.circulars.send(SAID, "")
    sent_ms = centre.clock.now_ms()
    asked = [village.seal(Inquiry(since_ms=sent_ms + after)) for after in (0, 0, 3 * DAY_MS)]
    await centre.bring(asked[0])
    assert len(await _got(centre, village)) == 1, "it is on its way since today"
    centre.clock.jump_wall(ms=2 * DAY_MS)
    await centre.bring(asked[1])
    await centre.bring(village.seal(Inquiry(since_ms=sent_ms)))
    assert len(await _got(centre, village)) == 2
    centre.clock.jump_wall(ms=2 * DAY_MS)
    await centre.bring(asked[2])
    assert len(await _got(centre, village)) == 2, "it was sent before that"


async def test_pages_follow_each_other_and_what_is_none_is_refused(centre: Centre) -> None:
    circulars = centre.county.followed.circulars
    ids = [bytes([n]).hex() * 16 for n in (9, 7, 8)]
    for own in ids:
        await circulars.send(SendCircular(circular=own, title="甲", words="乙"), "")
        centre.clock.jump_wall(ms=1)
    found, after = list[str](), ""
    while page := await circulars.page(after=after, limit=2):
        found += [one.circular for one in page]
        after = page[-1].circular
    assert found == ids[::-1]
    for name in ("ff" * 16, "没有"):
        with pytest.raises(CircularUnknownError):
            await circulars.one(name)
    longest = {"title": "题" * MAX_NAME_CHARS, "words": "字" * MAX_NOTE_CHARS}
    await circulars.send(SendCircular(circular="ab" * 16, **longest), "")
    for wrong in ({"title": " "}, {"words": ""}, *({one: longest[one] + "长"} for one in longest)):
        with pytest.raises(UsageError):
            await circulars.send(SendCircular(circular="ac" * 16, **{**longest, **wrong}), "")


async def test_whoever_joins_hears_of_it_with_the_roster_that_admits_it(tmp_path: Path) -> None:
    async with Place(folder=tmp_path).open() as county:
        circulars = county.node.county.followed.circulars
        await circulars.send(SAID, "李主任")
        late = await county.village()
        assert [one.station for one in (await circulars.one(OWN.hex())).stations] == [late.node]
