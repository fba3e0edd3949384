"""``yizhan-county ratings``, as typed."""

import asyncio
from pathlib import Path

import pytest

from central.county.flows.log import By
from protocol.casework.events.closing import Rated
from tests.central.county.backup.place import OpenCounty, Place
from tests.central.county.departments.test_commands import Rooms
from tests.faults.actions.county import with_cases

_SAID = ("--words", "已说明", "--as", "黄回访")


async def rate(county: OpenCounty, level: int) -> str:
    """A case is rated: its number."""
    life = county.node.county
    number = (await life.casework.page(after="", limit=1))[0].shown().case
    case = await life.flows.life(number)
    body, now_ms = Rated(level=level, note="太慢"), county.node.relay.clock.now_ms()
    await life.work.store.transact(
        lambda session: life.flows.log.append(session, case, [body], By(), now_ms)
    )
    return number


async def _rated(folder: Path) -> tuple[Place, str]:
    made = await with_cases(folder / "county")
    async with made.open() as county:
        return made.place, await rate(county, 1)


def test_a_bad_rating_is_listed_called_back_and_closed_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, case = asyncio.run(_rated(tmp_path))
    shell = Rooms(place.data, capsys)
    assert [one["case"] for one in shell.json("ratings list")["callbacks"]] == [case]
    assert "非常不满意" in shell.run("ratings list")
    assert "没有要回访的差评。" in shell.run("ratings list", "--overdue")
    shell.run("ratings close", case, *_SAID, code=3)
    shell.run("ratings take", case, "--as", "黄回访")
    shell.run("ratings call", case, "--reached", "reached", *_SAID)
    shell.run("ratings find", case, "--finding", "true", *_SAID)
    shell.run("ratings mend", case, *_SAID)
    shown = shell.run("ratings answer", case, "--way", "telephone", *_SAID)
    assert "黄回访  答复评价人（电话）：已说明" in shown
    shell.run("ratings close", case, *_SAID)
    assert "评价人说：太慢" in shell.run("ratings show", case)
    target = tmp_path / "sums.csv"
    assert "合计" in shell.run("ratings sums", "--by", "township", "--to", str(target))
    assert target.read_text("utf-8-sig").startswith("乡镇,可评,已评,评价率,满意率,")
    assert "3个工作日" in shell.run("ratings limits", "--call", "3wd")
    assert "5个工作日" in shell.run("ratings limits", "--usual")
