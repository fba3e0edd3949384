"""The county comes back from a backup that is older than what its townships' offices did."""

from pathlib import Path

import pytest

from tests.system.conftest import Township
from tests.system.disks.test_restore import Loss
from tests.system.test_offices import RELIEF, Office, apply, given, kinds, life, office
from tests.system.waiting import until

__all__ = ["office"]  # the fixture

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]

_PATIENCE_S = 180.0
_DONE = ["accepted", "passed", "office-returned"]


async def back(township: Township, *cases: str) -> None:
    """Wait until the county has the log of each."""

    async def returned() -> bool:
        return all([kinds(await life(township, one))[-1] == "office-returned" for one in cases])

    await until(returned, within_s=_PATIENCE_S)


async def accepted(township: Township, case: str) -> None:
    async def there() -> bool:
        return "accepted" in kinds(await life(township, case))

    await until(there)


async def number_anew(township: Township, known: set[str]) -> str:
    """The number of the one case that the backup did not know; the county counts anew."""
    others = list[str]()

    async def arrived() -> bool:
        others[:] = sorted({one["case"] for one in await township.cases()} - known)
        return bool(others)

    await until(arrived, within_s=_PATIENCE_S)
    (number,) = others
    return number


async def test_what_an_office_did_after_the_backup_is_told_anew(
    office: Office, township: Township, tmp_path: Path
) -> None:
    loss = Loss(township, tmp_path)
    for station in township.stations:
        await township.sandbox.stop(station)
        await loss.start(station)
    await office.open()
    begun = await apply(township, RELIEF, tmp_path)
    untouched = await apply(township, RELIEF, tmp_path)
    for case in (begun, untouched):
        await given(office, case)
    await office.act(begun, "accept", "--as", "农梅")
    await accepted(township, begun)
    made = await loss.back_up()

    later = await apply(township, RELIEF, tmp_path)  # the backup knows nothing of it
    await given(office, later)
    await office.act(begun, "pass", "--as", "农梅")
    for case in (untouched, later):
        await office.act(case, "accept", "--as", "农梅")
        await office.act(case, "pass", "--as", "农梅", "--note", "情况属实")
    await back(township, begun, untouched, later)
    await loss.kill_and_restore(made["file"])
    again = await number_anew(township, {begun, untouched})
    await back(township, begun, untouched, again)
    for case in (begun, untouched, again):
        found = [one for one in kinds(await life(township, case)) if one in _DONE]
        assert found == _DONE  # each once
        await township.sandbox.run(
            *("yizhan-county", "decide", township.county.data, case),
            *("--outcome", "approved", "--note", "确认"),
        )
    (station,) = township.stations

    async def told() -> bool:
        states = (await township.status(station))["applications"]
        return [one["state"] for one in states] == ["decided"] * 3

    await until(told, within_s=_PATIENCE_S)
