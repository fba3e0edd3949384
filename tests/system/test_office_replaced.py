"""The PC of a hub is stolen while its office works on cases; another one goes on."""

import json
from pathlib import Path

import pytest

from tests.system.conftest import Township
from tests.system.test_offices import RELIEF, Office, apply, given, kinds, life, office
from tests.system.waiting import until

__all__ = ["office"]  # the fixture

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(400)]

_PATIENCE_S = 120.0


async def another_pc(township: Township) -> None:
    """The same hub, in a folder that has nothing of the lost one."""
    box, hub, kit = township.sandbox, township.hub, township.sandbox.folder / "hub-new.kit"
    answer = json.loads(
        await box.run(
            *("yizhan-provision", "replace", township.county.data, hub.node),
            *("--kit", kit, "--reason", "被盗", "--json"),
        )
    )
    hub.data = hub.data.with_name("hub-new")
    await box.run(
        *("yizhan-hub", "join", kit, "--data", hub.data, "--code", answer["code"]),
        *("--url", hub.url),
    )
    await box.start(hub)


async def test_a_stolen_pc_of_an_office_keeps_no_case(
    office: Office, township: Township, tmp_path: Path
) -> None:
    await office.open()
    begun = await apply(township, RELIEF, tmp_path)
    await given(office, begun)
    box, county = township.sandbox, township.county
    await box.kill("county")
    await office.act(begun, "accept", "--as", "农梅")  # nobody else hears of it
    await box.kill("hub")
    await box.start(county)
    await another_pc(township)
    office.data = township.hub.data

    await box.run(
        *("yizhan-county", "office", "reclaim", county.data, township.hub.node),
        *("--note", "电脑被盗", "--retire", "--again"),
    )
    await office.open()
    later = await apply(township, RELIEF, tmp_path)
    await given(office, later)
    await given(office, begun)
    for case in (begun, later):
        await office.act(case, "accept", "--as", "农梅")
        await office.act(case, "pass", "--as", "农梅")

    async def done() -> bool:
        lives = [await life(township, case) for case in (begun, later)]
        return all(kinds(one)[-1] == "office-returned" for one in lives)

    await until(done, within_s=_PATIENCE_S)
    assert kinds(await life(township, begun)) == [
        *("received", "office-given", "office-reclaimed", "office-wanted"),
        *("office-given", "accepted", "passed", "office-returned"),
    ]
