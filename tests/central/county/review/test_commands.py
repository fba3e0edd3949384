"""``yizhan-county review|accept|reject``, as an administrator types them."""

import asyncio
from pathlib import Path

import pytest

from provisioning.audit.entry import Entry
from tests.central.commands.test_county import Shell
from tests.central.county.backup.place import Place
from tests.central.county.review.test_backup import withdrawn


async def fill(place: Place) -> None:
    async with place.open() as county:
        village = await withdrawn(county)
        scan = village.scan(b"card", name="身份证.jpg")
        await county.bring(village.submit(scan), scan, village.submit())


async def recorded(place: Place) -> set[tuple[str, str]]:
    """What was done to what, by the audit record."""
    async with place.open() as county:
        entries = [Entry.read(text) for text in county.node.authority.audit.entries()]
    return {(entry.action, entry.subject) for entry in entries if entry.outcome == "done"}


def test_the_review_queue_is_listed_and_settled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(folder=tmp_path)
    asyncio.run(fill(place))
    shell = Shell(place.data, capsys)

    first, second = sorted(shell.json("review"), key=lambda one: int(one["ordinal"]))

    assert (first["why"], first["name"], first["case"]) == ("draining", "独山村", None)
    assert [file["name"] for file in first["attachments"]] == ["身份证.jpg"]
    words = shell.run("review")
    assert f"{first['envelope']}  独山村  pension  收回中  第 1 件" in words
    assert "共 2 件" in shell.error
    accepted = shell.json("accept", first["envelope"])
    assert shell.run("reject", second["envelope"], "--note", "否").strip() == "未受理，已告知村站。"
    assert shell.run("accept", first["envelope"], code=3) == ""
    assert "[review.unknown]" in shell.error
    assert shell.run("accept", "abc", code=2) == ""
    (case,) = shell.json("cases")
    assert (case["case"], case["state"]) == (accepted["case"], "complete")
    assert shell.json("review") == []
    (account,) = shell.json("ledger")
    assert (account["received"], account["quarantined"], account["review"]) == (1, 1, 0)
    record = asyncio.run(recorded(place))
    assert ("county.accept", first["envelope"]) in record
    assert ("county.reject", second["envelope"]) in record
    assert any(action == "county.review" for action, _ in record)
