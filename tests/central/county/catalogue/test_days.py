"""``due`` and ``market-days`` by the calendar of the published release, whoever answers."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli
from runtime.program import run_program

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou"
Ask = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A new county that has published nothing."""
    folder = tmp_path / "county"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    found = ["init", str(folder), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(cli, found) == 0
    return folder


@pytest.fixture
def ask(data: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command; what it printed as JSON, or its error."""

    def run(command: str, *arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        asked = [command, str(data), *arguments, "--json"]
        assert run_program(cli, asked) == code
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(params=["directly", "through the server"])
def published(request: pytest.FixtureRequest, data: Path, ask: Ask) -> Iterator[Ask]:
    """The same, once the sample county's catalogue is published."""
    assert ask("publish", str(LONGZHOU / "catalogue.json")) == {"release": 1}
    if request.param == "directly":
        yield ask
        return
    command = [sys.executable, "-m", "central.commands.county", "serve", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("ready https://127.0.0.1:")
        yield ask
        server.send_signal(signal.SIGTERM)
        assert server.wait() == 0


def test_a_limit_skips_the_holidays_of_country_and_county(published: Ask) -> None:
    found = published("due", "--from", "2026-04-17", "--limit", "2wd")
    assert (found["due"], found["latest"], found["provisional"]) == (
        "2026-04-22",
        "2026-04-22",
        False,
    )
    assert found["why"] == [
        "2026-04-17 周五：起算日，不计",
        "2026-04-18 周六：不计",
        "2026-04-19 周日，三月三：不计",
        "2026-04-20 周一，三月三：不计",
        "2026-04-21 周二：第1个工作日",
        "2026-04-22 周三：第2个工作日",
    ]
    hours = published("due", "--from", "2026-02-16T10:30", "--limit", "48h")
    assert hours["due"] == "2026-02-18T10:30"


def test_market_days_of_a_village_are_those_of_its_township(published: Ask) -> None:
    asked = ("--from", "2026-12-01", "--days", "14")
    found = published("market-days", "--code", "451423100", *asked)
    assert found["rules"] == ["农历逢3、6、9"]
    assert found["dates"] == ["2026-12-01", "2026-12-04", "2026-12-07", "2026-12-11", "2026-12-14"]
    assert found["why"][0] == "周二，农历10月23日，酉（鸡）日"
    village = published("market-days", "--code", "451423100201", *asked)
    assert village["dates"] == found["dates"]


def test_before_the_first_release_the_countrys_arrangement_counts(ask: Ask) -> None:
    found = ask("due", "--from", "2026-09-30", "--limit", "3wd")
    assert (found["due"], found["provisional"]) == ("2026-10-10", False)


def test_a_time_with_a_zone_is_turned_into_the_countys(ask: Ask) -> None:
    found = ask("due", "--from", "2026-03-01T23:30:00+00:00", "--limit", "1h")
    assert found["due"] == "2026-03-02T08:30"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("due", "--from", "今天", "--limit", "5wd"), "--from"),
        (("due", "--from", "2026-02-30", "--limit", "5wd"), "--from"),
        (("due", "--from", "2026-02-13", "--limit", "五天"), "--limit"),
        (("due", "--from", "2026-02-13", "--limit", "0wd"), "--limit"),
        (("due", "--from", "9999-12-30", "--limit", "5wd"), "--limit"),
        (("market-days", "--code", "451423100", "--from", "2026-12-01"), "--code"),
        (("market-days", "--code", "4", "--from", "2026-12-01", "--days", "0"), "--days"),
        (("market-days", "--code", "4", "--from", "2026-12-01", "--days", "1001"), "--days"),
    ],
)
def test_what_can_not_be_answered_is_refused_in_words(
    ask: Ask, arguments: tuple[str, ...], words: str
) -> None:
    refused = ask(*arguments, code=2)
    assert refused["code"] == "usage"
    assert words in refused["words"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("calendar", {"local": {"2026-02-30": "三月三"}}, "calendar.local"),
        ("market_days", {"451423100": [{"cal": "moon"}]}, "market_days.451423100, rule 1"),
        ("market_days", {"龙州镇": [{"cal": "daily"}]}, "9 or 12 digits"),
        ("market_days", {"451423100": []}, "1 to 5 rules"),
        ("market_days", {"451423100": [{"cal": "daily"}] * 6}, "1 to 5 rules"),
        ("market_days", [], "must be an object"),
    ],
)
def test_a_faulty_calendar_publishes_nothing_and_is_named(
    ask: Ask, tmp_path: Path, key: str, value: object, words: str
) -> None:
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8")) | {key: value}
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(catalogue), "utf-8")
    refused = ask("publish", str(faulty), code=3)
    assert refused["code"] == "catalogue.invalid"
    assert words in refused["words"]
    assert ask("publish", str(LONGZHOU / "catalogue.json")) == {"release": 1}
