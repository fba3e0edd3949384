"""``situation CODE``, as a helper at the telephone types it."""

import json

import click
import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED
from protocol.trust.reports.situation import Line, Standing, Trouble, situation
from runtime.cli.program import run_program
from runtime.cli.situation import LINES, STANDINGS, TROUBLES, situation_command

GROUP = click.Group(commands=[situation_command])
FOUND = situation(
    troubles=frozenset({Trouble.DISK_LOW, Trouble.CLOCK_WRONG}),
    standing=Standing.DRAINING,
    line=Line.AWAY,
    waiting=5,
    oldest_s=2 * 86_400,
)


def test_it_says_in_words_what_is_wrong_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(GROUP, ["situation", FOUND.code()]) == EXIT_OK
    assert capsys.readouterr().out.splitlines() == [
        "注意：磁盘快满了",
        "注意：电脑时钟不准",
        "在县里：收回中，只送出已存的",
        "线路：一天以上没有连通",
        "等待送出：4 件以上，最早的等了 2 天",
    ]


def test_it_says_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(GROUP, ["situation", FOUND.code(), "--json"]) == EXIT_OK
    assert json.loads(capsys.readouterr().out) == {
        "troubles": ["disk-low", "clock-wrong"],
        "standing": "draining",
        "line": "away",
        "waiting_at_least": 4,
        "oldest_days": 2,
    }


def test_a_code_that_was_misheard_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(GROUP, ["situation", "1234567890"]) == EXIT_REFUSED
    assert "[situation.code]" in capsys.readouterr().err


def test_everything_that_a_code_can_say_has_its_words() -> None:
    assert set(TROUBLES) == set(Trouble)
    assert set(STANDINGS) == set(Standing)
    assert set(LINES) == set(Line)
