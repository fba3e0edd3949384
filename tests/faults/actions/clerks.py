"""Who may open a station's data changes: all of it or nothing, and somebody always can."""

from pathlib import Path

from protocol.errors import PasswordWrongError
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, ChangePassword, Proof, RemoveClerk
from station_agent.status.calls import ShowStatus
from tests.builders.clerk import CLERK
from tests.builders.disks.mains import Mains
from tests.faults.action import Action
from tests.station_agent.village import Village

FANG, QIANG = "韦小芳", "农志强"
ONE, TWO, NEW = "第一个口令是这个", "第二个口令是那个", "换成这个新口令了"
BY_FANG = Proof(clerk=FANG, password=ONE)


async def opens(station: Station, clerk: str, word: str | None) -> bool:
    """Whether this shows the applicant's name."""
    try:
        shown = await station.status.status(CLERK, ShowStatus(password=word, clerk=clerk))
    except PasswordWrongError:
        return False
    return shown.applications[0].applicant == "某人"


async def nobody(root: Path) -> Village:
    village = Village(root)
    async with village.open() as station:
        await village.submit(station)
    return village


async def two(root: Path) -> Village:
    village = await nobody(root)
    async with village.open() as station:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=ONE))
        await station.clerks.add(CLERK, AddClerk(name=QIANG, password=TWO, by=BY_FANG))
    return village


async def add(village: Village, mains: Mains) -> None:
    async with village.open() as station:
        with mains.armed():
            await station.clerks.add(CLERK, AddClerk(name=FANG, password=ONE))


async def it_opens_by_the_file_or_by_her(village: Village, told: bool) -> None:
    async with village.open() as station:
        is_in = bool(station.unlocking.vault.clerks)
        assert is_in or not told
        assert await opens(station, "", None) is not is_in
        if not is_in:
            await station.clerks.add(CLERK, AddClerk(name=FANG, password=ONE))
        assert await opens(station, FANG, ONE)
    assert not (village.data / "node" / "vault.key").exists()


async def change(village: Village, mains: Mains) -> None:
    async with village.open() as station:
        with mains.armed():
            await station.clerks.password(CLERK, ChangePassword(name=FANG, password=ONE, new=NEW))


async def one_of_both_passwords_opens(village: Village, told: bool) -> None:
    async with village.open() as station:
        found = [word for word in (ONE, NEW) if await opens(station, FANG, word)]
        assert len(found) == 1
        assert found == [NEW] or not told
        assert await opens(station, QIANG, TWO)


async def remove(village: Village, mains: Mains) -> None:
    async with village.open() as station:
        with mains.armed():
            await station.clerks.remove(CLERK, RemoveClerk(name=QIANG, by=BY_FANG))


async def she_is_in_or_out(village: Village, told: bool) -> None:
    async with village.open() as station:
        is_in = QIANG in station.unlocking.vault.clerks
        assert not (is_in and told)
        assert await opens(station, QIANG, TWO) is is_in
        assert await opens(station, FANG, ONE)


ACTIONS = [
    Action("station: first clerk", nobody, add, it_opens_by_the_file_or_by_her),
    Action("station: another password", two, change, one_of_both_passwords_opens),
    Action("station: a clerk leaves", two, remove, she_is_in_or_out),
]
