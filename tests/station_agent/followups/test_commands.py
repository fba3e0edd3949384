"""The commands as a clerk types them: each sends its subject, and the list shows all of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from protocol.json_values import to_json
from runtime.cli.program import run_program
from station_agent.cli import cli
from tests.station_agent.village import Village

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def application(village: Village) -> str:
    """One that was taken in."""
    taken: list[str] = []

    async def work() -> None:
        async with village.open() as station:
            taken.append(await village.submit(station))

    asyncio.run(work())
    return taken[0]


def run(village: Village, name: str, *argv: object, code: int = 0) -> None:
    assert run_program(cli, [name, str(village.data), *map(str, argv)]) == code


def sent(village: Village) -> list[dict[str, Any]]:
    """What is at the parent, as the county opens it."""

    async def work() -> None:
        async with village.open() as station:
            await village.exchange(station)

    asyncio.run(work())
    envelopes = [one for one in village.parent.envelopes.values() if one.header.seq or one.blobs]
    found = []
    for envelope in envelopes:
        try:
            found.append(village.county.open_follow_up(envelope))
        except AssertionError:
            continue
    return [to_json(one.said) for one in found]


@pytest.mark.parametrize(
    ("name", "options", "subject"),
    [
        ("withdraw", ["--by", "农某"], {"about": "withdrawal", "by": "农某"}),
        (
            "contact",
            ["--phone", "１３８-1", "--name", "黄小强"],
            {"about": "contact", "phone": "138-1", "name": "黄小强"},
        ),
        (
            "told",
            ["--person", "农某", "--way", "refused", "--witness", "甲", "--witness", "乙"],
            {
                "about": "telling",
                "what": "told",
                "way": "refused",
                "person": "农某",
                "witnesses": ["甲", "乙"],
            },
        ),
        ("rate", ["--level", "5"], {"about": "rating", "level": 5}),
        (
            "post",
            ["--what", "placed", "--place", "公示栏"],
            {"about": "posting", "what": "placed", "place": "公示栏"},
        ),
        ("object", ["--words", "不符合"], {"about": "objection", "words": "不符合"}),
        (
            "visit",
            ["--visitor", "甲", "--visitor", "乙", "--words", "属实"],
            {"about": "visit", "visitors": ["甲", "乙"], "words": "属实"},
        ),
        (
            "letter",
            ["--kind", "mailbox", "--words", "路灯坏了"],
            {"about": "letter", "kind": "mailbox", "words": "路灯坏了"},
        ),
    ],
)
def test_each_command_sends_its_subject(
    village: Village,
    application: str,
    capsys: Capture,
    *,
    name: str,
    options: list[str],
    subject: dict[str, Any],
) -> None:
    run(village, name, application, *options, "--clerk", "农小芳", "--day", "2026-09-21")
    told = json.loads(capsys.readouterr().out)
    assert told["application"] == application
    (said,) = sent(village)
    plain = json.loads(json.dumps(said))
    assert plain["subject"] == subject
    assert (plain["clerk"], plain["day"]) == ("农小芳", "2026-09-21")


def test_papers_and_photos_go_along(village: Village, application: str, capsys: Capture) -> None:
    photo = village.file(1000)
    run(village, "supplement", application, "--attach", f"照片={photo}")
    run(village, "post", application, "--what", "placed", "--place", "公示栏", "--attach", photo)
    capsys.readouterr()
    run(village, "follow-ups", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert [one["about"] for one in listed] == ["supplement", "posting"]
    run(village, "follow-ups", application)
    out = capsys.readouterr().out
    assert "补交材料" in out
    assert "公示张贴" in out
    assert "已保存（仅在本机）" in out


def test_a_letter_needs_no_application(village: Village, application: str, capsys: Capture) -> None:
    run(village, "letter", "--kind", "consultation", "--words", "几时发放？")
    assert json.loads(capsys.readouterr().out)["application"] == ""
    run(village, "rate", "--level", "5", code=2)
    assert application not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("rate", ["--level", "6"]),
        ("visit", ["--visitor", "甲", "--words", "属实"]),
        ("withdraw", ["--by", ""]),
        ("withdraw", ["--by", "农某", "--day", "昨天"]),
        ("post", ["--what", "placed", "--place", "x", "--attach", "照片="]),
        ("contact", ["--phone", "1" * 51]),
    ],
)
def test_what_is_not_of_its_form_is_wrong_usage(
    village: Village, application: str, capsys: Capture, name: str, options: list[str]
) -> None:
    run(village, name, application, *options, code=2)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err


def test_a_folder_is_no_paper(
    village: Village, application: str, capsys: Capture, tmp_path: Path
) -> None:
    run(village, "supplement", application, "--attach", f"photo={tmp_path}", code=3)
    assert "[intake.file-unreadable]" in capsys.readouterr().err
