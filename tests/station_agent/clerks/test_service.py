"""Who opens a station's data, how often she may be wrong, and what is written down."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.envelope.payloads import Outcome
from protocol.errors import DamagedError, LockedError, PasswordWeakError, PasswordWrongError
from protocol.errors.desk import (
    ClerkError,
    ClerkLastError,
    ClerkNameError,
    ClerkProofError,
    ClerkTakenError,
    ClerkUnknownError,
    ClerkUnnamedError,
    ClerkWaitError,
)
from protocol.ids import ApplicationId
from protocol.limits import MAX_CLERK_NAME_CHARS
from runtime.control.calls import Nothing
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, ChangePassword, Proof, RemoveClerk
from station_agent.clerks.service import FEWEST_PASSWORD_CHARS, MAX_CLERKS
from station_agent.clerks.unlocking import LOCK_S, PAUSES_S
from station_agent.status.calls import ShowResult, ShowStatus
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.village import Village

FANG, FANG_WORD = "韦小芳", "山歌好比春江水啊"
QIANG, QIANG_WORD = "农志强", "不怕滩险弯又多呀"
BY_FANG = Proof(clerk=FANG, password=FANG_WORD)


async def add(station: Station, name: str, word: str, by: Proof | None = None) -> list[str]:
    wanted = AddClerk(name=name, password=word, by=by or Proof())
    return [one.name for one in (await station.clerks.add(CLERK, wanted)).clerks]


async def names(station: Station) -> list[str]:
    return [one.name for one in (await station.clerks.list(CLERK, Nothing())).clerks]


async def applicant(station: Station, clerk: str, word: str | None) -> str | None:
    """The name in the list, as a clerk sees it."""
    wanted = ShowStatus(password=word, clerk=clerk)
    return (await station.status.status(CLERK, wanted)).applications[0].applicant


async def test_the_first_clerk_closes_what_lay_open(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        assert await applicant(station, "", None) == "某人"
        assert await add(station, FANG, FANG_WORD) == [FANG]
        assert await applicant(station, "", None) is None
    assert not (village.data / "node" / "vault.key").exists()
    async with village.open() as station:
        assert await names(station) == [FANG]
        assert await applicant(station, FANG, FANG_WORD) == "某人"
        assert await applicant(station, "", FANG_WORD) == "某人"  # the only one need not be named


async def test_a_second_clerk_needs_one_who_is_there(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        with pytest.raises(ClerkProofError):
            await add(station, QIANG, QIANG_WORD)
        with pytest.raises(PasswordWrongError):
            await add(station, QIANG, QIANG_WORD, Proof(clerk=FANG, password=QIANG_WORD))
        assert await names(station) == [FANG]
        assert await add(station, QIANG, QIANG_WORD, BY_FANG) == [FANG, QIANG]
        for name, word in ((FANG, FANG_WORD), (QIANG, QIANG_WORD)):
            assert await applicant(station, name, word) == "某人"
        with pytest.raises(ClerkUnnamedError):
            await applicant(station, "", FANG_WORD)


async def test_the_password_from_joining_lets_the_first_clerk_in(tmp_path: Path) -> None:
    village = Village(tmp_path / "station", password="开站口令")
    async with village.open() as station:
        await village.submit(station)
        with pytest.raises(ClerkProofError):
            await add(station, FANG, FANG_WORD)
        await add(station, FANG, FANG_WORD, Proof(password="开站口令"))
        with pytest.raises(PasswordWrongError):
            await applicant(station, "", "开站口令")
        assert await applicant(station, FANG, FANG_WORD) == "某人"


async def test_another_password_ends_the_old_one(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        wanted = ChangePassword(name=FANG, password=QIANG_WORD, new="新的口令一二三四")
        with pytest.raises(PasswordWrongError):
            await station.clerks.password(CLERK, wanted)
        wanted = ChangePassword(name=FANG, password=FANG_WORD, new="新的口令一二三四")
        await station.clerks.password(CLERK, wanted)
        with pytest.raises(PasswordWrongError):
            await applicant(station, FANG, FANG_WORD)
        assert await applicant(station, FANG, "新的口令一二三四") == "某人"


async def test_a_weak_new_password_leaves_the_old_one(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        for weak in ("短" * (FEWEST_PASSWORD_CHARS - 1), "一" * 20):
            wanted = ChangePassword(name=FANG, password=FANG_WORD, new=weak)
            with pytest.raises(PasswordWeakError):
                await station.clerks.password(CLERK, wanted)
        assert await applicant(station, FANG, FANG_WORD) == "某人"


async def test_two_of_one_name_at_once_are_one(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        words = ("农的第一个口令啊", "农的第二个口令啊")
        first, second = await asyncio.gather(
            *(add(station, QIANG, word, BY_FANG) for word in words), return_exceptions=True
        )
        assert first == [FANG, QIANG]
        assert isinstance(second, ClerkTakenError)
        assert await applicant(station, QIANG, words[0]) == "某人"


async def test_who_agreed_to_another_clerk_is_written_down(village: Village) -> None:
    async with village.open() as station:
        await add(station, FANG, FANG_WORD)  # nobody was there to agree
        await add(station, QIANG, QIANG_WORD, BY_FANG)
        new = "新的口令一二三四"
        wanted = ChangePassword(name=QIANG, password=QIANG_WORD, new=new)
        await station.clerks.password(CLERK, wanted)
        by_qiang = Proof(clerk=QIANG, password=new)
        await station.clerks.remove(CLERK, RemoveClerk(name=FANG, by=by_qiang))
        found = await station.database.read(clerks.openings)
        assert [(one.clerk, one.application, one.purpose) for one in found] == [
            (name, None, Purpose.CLERKS) for name in (FANG, QIANG, QIANG)
        ]


async def test_who_leaves_is_out_and_the_last_stays(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        with pytest.raises(ClerkLastError):
            await station.clerks.remove(CLERK, RemoveClerk(name=FANG, by=BY_FANG))
        await add(station, QIANG, QIANG_WORD, BY_FANG)
        with pytest.raises(ClerkProofError):
            await station.clerks.remove(CLERK, RemoveClerk(name=QIANG, by=Proof()))
        await station.clerks.remove(CLERK, RemoveClerk(name=QIANG, by=BY_FANG))
        assert await names(station) == [FANG]
        with pytest.raises(PasswordWrongError):
            await applicant(station, QIANG, QIANG_WORD)
        with pytest.raises(ClerkUnknownError):
            await station.clerks.remove(CLERK, RemoveClerk(name=QIANG, by=BY_FANG))
        assert await applicant(station, FANG, FANG_WORD) == "某人"


async def test_what_no_clerk_may_be_called_or_choose(village: Village) -> None:
    async with village.open() as station:
        for name in ("", " ", "\u200b", "长" * (MAX_CLERK_NAME_CHARS + 1)):
            with pytest.raises(ClerkNameError):
                await add(station, name, FANG_WORD)
        for word in ("短" * (FEWEST_PASSWORD_CHARS - 1), "一" * 20):
            with pytest.raises(PasswordWeakError):
                await add(station, FANG, word)
        assert await names(station) == []
        shortest = "春江水滩险弯又多"
        assert len(shortest) == FEWEST_PASSWORD_CHARS
        longest = "长" * MAX_CLERK_NAME_CHARS
        assert await add(station, longest, shortest) == [longest]
        with pytest.raises(ClerkTakenError):
            await add(station, f" {longest}\u200b", FANG_WORD)


async def test_so_many_clerks_and_no_more(village: Village) -> None:
    async with village.open() as station:
        await add(station, FANG, FANG_WORD)
        for n in range(1, MAX_CLERKS):
            await add(station, f"办事员{n}", FANG_WORD, BY_FANG)
        with pytest.raises(ClerkError):
            await add(station, QIANG, QIANG_WORD, BY_FANG)
        assert len(await names(station)) == MAX_CLERKS


@dataclass
class Wrong:
    """Wrong passwords, one after the other."""

    village: Village

    async def tries(self, station: Station, count: int) -> None:
        for _ in range(count):
            with pytest.raises(PasswordWrongError):
                await applicant(station, FANG, QIANG_WORD)

    async def wait_s(self, station: Station) -> int:
        (shown,) = (await station.clerks.list(CLERK, Nothing())).clerks
        return shown.wait_s


async def test_wrong_tries_slow_down_then_lock_and_a_new_start_ends_nothing(
    village: Village,
) -> None:
    wrong, moment_ms = Wrong(village), 1
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        await wrong.tries(station, 3)
        for pause_s in (*PAUSES_S[3:], LOCK_S):
            assert await wrong.wait_s(station) == pause_s
            await village.clock.advance(pause_s - moment_ms / 1000)
            with pytest.raises(ClerkWaitError):
                await applicant(station, FANG, FANG_WORD)  # not even looked at
            await village.clock.advance(moment_ms / 1000)
            if pause_s != LOCK_S:
                await wrong.tries(station, 1)
        await wrong.tries(station, 1)
    async with village.open() as station:
        assert await wrong.wait_s(station) == LOCK_S
        with pytest.raises(ClerkWaitError):
            await applicant(station, FANG, FANG_WORD)
        await village.clock.advance(LOCK_S)
        assert await applicant(station, FANG, FANG_WORD) == "某人"
        await wrong.tries(station, 3)  # counted from the beginning again


async def test_a_clock_that_is_set_back_locks_nobody_for_a_year(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        await Wrong(village).tries(station, 3)
        village.clock.jump_wall(ms=-365 * 86_400_000)
        assert await applicant(station, FANG, FANG_WORD) == "某人"


async def test_names_of_nobody_are_slowed_down_together(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
        for name in ("甲", "乙", "丙"):
            with pytest.raises(PasswordWrongError):
                await applicant(station, name, FANG_WORD)
        with pytest.raises(ClerkWaitError):
            await applicant(station, "丁", FANG_WORD)
        assert await applicant(station, FANG, FANG_WORD) == "某人"


async def test_every_opening_is_written_down_with_nothing_of_the_person(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        decision, blobs = village.county.decision(bytes.fromhex(application), Outcome.APPROVED)
        assert not blobs
        village.parent.send(decision)
        await village.exchange(station)
        await status_of(station)  # nobody is a clerk: there is no name to write
        await add(station, FANG, FANG_WORD)
        village.clock.jump_wall(ms=1000)
        with pytest.raises(LockedError):
            await station.results.result(CLERK, ShowResult(application=application))
        await applicant(station, FANG, FANG_WORD)
        wanted = ShowResult(application=application, clerk=FANG, password=FANG_WORD)
        shown = await station.results.result(CLERK, wanted)
        assert shown.result is not None
        assert shown.result.outcome == "approved"
        found = await station.database.read(clerks.openings)
        assert [(one.clerk, one.application, one.purpose) for one in found] == [
            (FANG, None, Purpose.LIST),
            (FANG, ApplicationId(application), Purpose.RESULT),
        ]
        assert {one.at_ms for one in found} == {village.clock.now_ms()}
    assert "某人".encode() not in (village.data / "station.db").read_bytes()


async def test_a_key_file_that_a_power_cut_left_opens_nothing_and_goes(village: Village) -> None:
    path = village.data / "node" / "vault.key"
    left = path.read_bytes()
    async with village.open() as station:
        await village.submit(station)
        await add(station, FANG, FANG_WORD)
    path.write_bytes(left)
    async with village.open() as station:
        assert not path.exists()
        assert await applicant(station, "", None) is None


async def test_without_its_key_file_a_station_without_clerks_says_so(village: Village) -> None:
    (village.data / "node" / "vault.key").unlink()
    async with village.open(catalogue=False) as station:
        with pytest.raises(DamagedError):
            await status_of(station)
