"""How long a login holds the vault open, for whom, and for how many."""

import gc

import pytest

from protocol.errors import LoginNeededError
from protocol.errors.desk import ClerkRefusedError, ClerkWaitError
from protocol.limits import MAX_CLERK_NAME_CHARS
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.clerks.unlocking import LOCK_S, PAUSES_S
from station_agent.desk.clerks.logins import LONGEST_S, MAX_LOGINS, DeskLogins, DeskReader
from station_agent.store.desk.clerks import MAX_KNOWN_BROWSERS
from tests.builders.clerk import CLERK
from tests.builders.clock import FakeClock
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village

IDLE_S, JOINING = 600.0, "开站口令"


def logins_of(village: Village, station: Station, *, idle_s: float = IDLE_S) -> DeskLogins:
    return DeskLogins(
        unlocking=station.unlocking,
        clock=village.clock,
        randomness=village.randomness,
        idle_s=idle_s,
        command="yizhan-station desk DATA",
    )


async def lets_fang_in(station: Station) -> None:
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))


async def begins(logins: DeskLogins) -> str:
    return (await logins.begin(FANG, WORD, "", address="")).token


def held() -> list[DeskReader]:
    """The logins that are anywhere in memory."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, DeskReader)]


async def test_a_working_day_is_the_longest_however_much_she_clicks(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station, idle_s=2 * LONGEST_S)
        token = await begins(logins)
        await village.clock.advance(LONGEST_S - 1)
        assert (await logins.of(token)).name == FANG
        await village.clock.advance(1)
        with pytest.raises(LoginNeededError):
            await logins.of(token)


async def test_a_page_that_asks_by_itself_keeps_nothing_open(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        token = await begins(logins)
        await village.clock.advance(IDLE_S - 1)
        await logins.of(token, by_itself=True)
        await village.clock.advance(1)
        with pytest.raises(LoginNeededError):
            await logins.of(token)


async def test_an_open_page_is_told_how_long_it_stays_open(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        await lets_fang_in(station)
        await visitor.logs_in()
        assert 'data-left-s="600"' in await (await visitor.get("/today")).text()
        await village.clock.advance(100)
        left = await visitor.get("/lock?live", HX_Request="true")
        assert await left.text() == "500"
        await village.clock.advance(499)
        assert await (await visitor.get("/lock?live", HX_Request="true")).text() == "1"
        await village.clock.advance(1)
        assert (await visitor.get("/lock?live", HX_Request="true")).status == 401


async def test_the_end_of_a_working_day_is_told_to_the_page(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station, idle_s=LONGEST_S)
        token = await begins(logins)
        await village.clock.advance(LONGEST_S - 60)
        assert (await logins.of(token)).left_s == 60


async def test_locking_by_hand_leads_back_to_where_she_was_and_nowhere_else(
    village: Village,
) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        await lets_fang_in(station)
        for back, led in (
            ("/applications?a=1#f-name", "/login?back=/applications%3Fa%3D1%23f-name"),
            ("//elsewhere.example", "/login"),
            ("", "/login"),
        ):
            await visitor.logs_in()
            token = await visitor.token("/today")
            answer = await visitor.post("/logout", {"token": token, "back": back})
            assert answer.headers["Location"] == led


async def test_locking_drops_the_vault_and_not_the_cookie_alone(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await lets_fang_in(station)
        await visitor.logs_in()
        kept = dict(visitor.cookies)
        await visitor.post("/logout", {"token": await visitor.token("/today")})
        visitor.cookies = kept  # a browser that does not forget it
        assert (await visitor.get("/today")).headers["Location"].startswith("/login")


async def test_what_nobody_uses_is_dropped_though_nobody_asks(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await lets_fang_in(station)
        await visitor.logs_in()
        assert len(held()) == 1
        await village.clock.advance(IDLE_S - 15)
        assert len(held()) == 1
        await village.clock.advance(30)
        assert not held()
        await visitor.logs_in()
        assert len(held()) == 1
    assert not held()  # the agent ends


@pytest.mark.parametrize("password", [None, JOINING])
async def test_until_there_is_a_clerk_no_password_opens_the_desk(
    village: Village, password: str | None
) -> None:
    before = Village(village.data.with_name("before"), password=password)
    async with before.open(catalogue=False) as station:
        logins = logins_of(before, station)
        assert await logins.first_account() == "yizhan-station desk DATA"
        for name in ("", FANG):
            with pytest.raises(ClerkRefusedError):
                await logins.begin(name, JOINING, "", address="")


async def test_of_too_many_logins_the_one_that_rested_longest_goes(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        first, second, *others = [await begins(logins) for _ in range(MAX_LOGINS)]
        await village.clock.advance(1)
        for token in (first, *others):
            await logins.of(token)  # all of them still are; the second rests
        await begins(logins)
        for token in (first, *others):
            assert (await logins.of(token)).name == FANG
        with pytest.raises(LoginNeededError):
            await logins.of(second)


async def test_who_mistyped_too_often_is_told_how_long_to_wait(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        for _ in range(PAUSES_S.index(5)):
            with pytest.raises(ClerkRefusedError):
                await logins.begin(FANG, "又忘了口令怎么办", "", address="")
        with pytest.raises(ClerkWaitError) as caught:
            await logins.begin(FANG, WORD, "", address="")
        assert caught.value.detail == "5"
        assert await logins.first_account() == ""


async def test_the_longest_name_logs_in_on_the_page(village: Village) -> None:
    longest = "阿" * MAX_CLERK_NAME_CHARS
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=longest, password=WORD))
        asked = await (await visitor.get("/login")).text()
        assert f'maxlength="{MAX_CLERK_NAME_CHARS}"' in asked
        assert (await visitor.logs_in(longest)).status == 303
        assert (await visitor.get("/applications")).status == 200


async def guesses(logins: DeskLogins, known: str = "") -> None:
    """So often that the next password is not looked at for a quarter of an hour."""
    for pause_s in (*PAUSES_S[1:], LOCK_S):
        with pytest.raises(ClerkRefusedError):
            await logins.begin(FANG, "又忘了口令怎么办", "", address="", known=known)
        if pause_s != LOCK_S:
            await advance(logins, pause_s)


async def advance(logins: DeskLogins, by_s: float) -> None:
    clock = logins.clock
    assert isinstance(clock, FakeClock)
    await clock.advance(by_s)


@pytest.mark.parametrize("invented", ["", "0" * 48])  # or one that only says it is known
async def test_who_guesses_in_another_browser_locks_nobody_out_and_gains_no_guess(
    village: Village, invented: str
) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        begun = await logins.begin(FANG, WORD, "", address="")
        await guesses(logins, invented)
        with pytest.raises(ClerkWaitError):
            await logins.begin(FANG, WORD, "", address="")
        again = await logins.begin(FANG, WORD, "", address="", known=begun.known)
        assert again.known == begun.known
        await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))  # by command, too


async def test_in_her_own_browser_nobody_guesses_without_end_either(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        known = (await logins.begin(FANG, WORD, "", address="")).known
        await guesses(logins, known)
        with pytest.raises(ClerkWaitError):
            await logins.begin(FANG, WORD, "", address="", known=known)
        assert (await logins.begin(FANG, WORD, "", address="")).known != known


async def test_so_many_browsers_are_known_and_no_more(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_fang_in(station)
        logins = logins_of(village, station)
        first = (await logins.begin(FANG, WORD, "", address="")).known
        for _ in range(MAX_KNOWN_BROWSERS - 1):
            await village.clock.advance(1)
            await logins.begin(FANG, WORD, "", address="")
        await guesses(logins)
        assert (await logins.begin(FANG, WORD, "", address="", known=first)).known == first
        await village.clock.advance(LOCK_S)
        for _ in range(MAX_KNOWN_BROWSERS):
            await village.clock.advance(1)
            await logins.begin(FANG, WORD, "", address="")
        assert (await logins.begin(FANG, WORD, "", address="", known=first)).known != first


async def test_the_browser_keeps_that_a_clerk_logged_in_and_shows_it(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        await lets_fang_in(station)
        await visitor.logs_in()
        (name,) = [one for one in visitor.cookies if one.endswith("-known")]
        kept = visitor.cookies[name]
        stranger = Visitor(url=visitor.url, session=visitor.session)
        for _ in range(PAUSES_S.index(5)):
            assert (await stranger.logs_in(word="又忘了口令怎么办")).status == 403
        assert "clerk.wait" in await (await stranger.logs_in()).text()
        assert (await visitor.logs_in()).status == 303
        assert visitor.cookies[name] == kept
