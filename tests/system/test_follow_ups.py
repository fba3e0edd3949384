"""What follows an application, by real processes: through a hub, and past a dead line by stick."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def say(township: Township, station: Program, *argv: object) -> str:
    """Send one by its command; its id."""
    out = await township.sandbox.run("yizhan-station", *argv)
    return str(json.loads(out)["follow_up"])


async def followed(township: Township) -> list[str]:
    """Of the only case, what followed it and is whole."""
    (case,) = await township.cases()
    return sorted(one["follow_up"] for one in case["follow_ups"] if one["complete"])


async def listed(township: Township, station: Program) -> dict[str, Any]:
    out = await township.sandbox.run("yizhan-station", "follow-ups", station.data, "--json")
    return {one["follow_up"]: one for one in json.loads(out)}


async def test_papers_a_rating_and_a_letter_go_up_and_the_answer_comes_back(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,) = township.stations
    photo = tmp_path / "公示照片.jpg"
    photo.write_bytes(bytes(range(256)) * 800)
    application = await township.submit(station, 1)
    sent = [
        await say(
            township, station, "post", station.data, application,
            "--what", "placed", "--place", "村委会公示栏", "--attach", photo,
        ),
        await say(township, station, "rate", station.data, application, "--level", "5"),
    ]  # fmt: skip
    letter = await say(
        township, station, "letter", station.data, "--kind", "mailbox", "--words", "路灯坏了"
    )

    async def all_there() -> bool:
        return len(await township.cases()) == 1 and await followed(township) == sorted(sent)

    await until(all_there)

    async def letter_is_there() -> bool:
        found = await township.sandbox.run(
            "yizhan-county", "letters", township.county.data, "--json"
        )
        return [one["letter"]["follow_up"] for one in json.loads(found)] == [letter]

    await until(letter_is_there)
    await township.sandbox.run(
        "yizhan-county", "answer", township.county.data, letter, "--words", "已派人维修。"
    )

    async def answer_is_back() -> bool:
        one = (await listed(township, station))[letter]
        return bool(one["answer"]) and one["answer"]["words"] == "已派人维修。"

    await until(answer_is_back)


async def test_a_withdrawal_goes_by_stick_past_a_hub_that_is_dead(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,) = township.stations
    await township.sandbox.kill("hub")
    application = await township.submit(station, 1)
    own = await say(township, station, "withdraw", station.data, application, "--by", "农某")
    stick = tmp_path / "stick"
    stick.mkdir()
    for _ in range(2):  # whoever is in doubt carries it twice
        await township.sandbox.run("yizhan-station", "stick", "export", station.data, stick)
        await township.sandbox.run("yizhan-county", "stick", "import", township.county.data, stick)
    assert await followed(township) == [own]
    await township.sandbox.run("yizhan-county", "stick", "export", township.county.data, stick)
    await township.sandbox.run("yizhan-station", "stick", "import", station.data, stick)
    assert (await listed(township, station))[own]["state"] == "complete"
