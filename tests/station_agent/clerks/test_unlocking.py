"""Whose wrong passwords are counted against whom, and in whose name the vault was opened."""

from collections.abc import Sequence

import pytest

from protocol.errors import PasswordWrongError
from runtime.control.calls import Nothing
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof, RemoveClerk
from station_agent.clerks.unlocking import PAUSES_S
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK
from tests.station_agent.village import Village

FANG = Proof(clerk="韦小芳", password="山歌好比春江水啊")
QIANG = Proof(clerk="农志强", password="不怕滩险弯又多呀")
FREE = PAUSES_S.index(5)  # wrong ones before the first pause


async def lets_in(station: Station, clerk: Proof, by: Proof | None = None) -> None:
    assert clerk.password is not None
    wanted = AddClerk(name=clerk.clerk, password=clerk.password, by=by or Proof())
    await station.clerks.add(CLERK, wanted)


async def mistypes(station: Station, clerk: Proof, times: int = FREE) -> None:
    for _ in range(times):
        with pytest.raises(PasswordWrongError):
            await station.unlocking.unlock(Proof(clerk=clerk.clerk, password="又忘了口令怎么办"))


async def waits(station: Station) -> Sequence[tuple[str, int]]:
    shown = await station.clerks.list(CLERK, Nothing())
    return [(one.name, one.wait_s) for one in shown.clerks]


async def test_one_clerks_wrong_passwords_are_no_others_and_stay_when_another_is_right(
    village: Village,
) -> None:
    async with village.open(catalogue=False) as station:
        await lets_in(station, FANG)
        await lets_in(station, QIANG, FANG)
        await mistypes(station, QIANG)
        assert await waits(station) == [("韦小芳", 0), ("农志强", 5)]
        await station.unlocking.unlock(FANG)
        assert await waits(station) == [("韦小芳", 0), ("农志强", 5)]


async def test_who_comes_back_begins_without_the_wrong_ones_from_before(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await lets_in(station, FANG)
        await lets_in(station, QIANG, FANG)
        await mistypes(station, QIANG)
        await station.clerks.remove(CLERK, RemoveClerk(name=QIANG.clerk, by=FANG))
        await lets_in(station, QIANG, FANG)
        assert await waits(station) == [("韦小芳", 0), ("农志强", 0)]
        await mistypes(station, QIANG)


@pytest.mark.parametrize("said", ["", "韦小芳", " 韦小芳\u200b"])
async def test_however_she_says_her_name_the_record_has_it_as_it_is(
    village: Village, said: str
) -> None:
    async with village.open(catalogue=False) as station:
        await lets_in(station, FANG)
        opened = await station.unlocking.unlock(Proof(clerk=said, password=FANG.password))
        await station.unlocking.note(opened, Purpose.LIST)
        assert [one.clerk for one in await station.database.read(clerks.openings)] == ["韦小芳"]
