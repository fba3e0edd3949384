"""``submit`` as it is typed: what its options say of how an application was taken in."""

import asyncio
import json
from pathlib import Path

import pytest

from protocol.codec import altered
from protocol.records.taken_in import Agent, AgentKind, Mode, Owed, Scope, TakenIn
from runtime.cli.program import run_program
from station_agent.cli import cli
from tests.station_agent.village import Village

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def form(village: Village, tmp_path: Path) -> Path:
    """A form for a station that has its catalogue."""

    async def fetch() -> None:
        async with village.open():
            pass

    asyncio.run(fetch())
    path = tmp_path / "form.json"
    path.write_text('{"name": "某人"}', "utf-8")
    return path


def submit(village: Village, form: Path, *options: object) -> int:
    argv = ("submit", village.data, "--item", "pension", "--form", form, *options)
    return run_program(cli, [str(arg) for arg in argv])


def opened(village: Village, application: str) -> TakenIn | None:
    """What the county learns of it."""

    async def work() -> None:
        async with village.open() as station:
            await village.exchange(station)

    asyncio.run(work())
    for envelope in village.parent.envelopes.values():
        content = village.county.open(envelope)
        if content.application.hex() == application:
            return content.taken
    raise AssertionError(application)


def test_the_options_say_all_of_it(
    village: Village, form: Path, tmp_path: Path, capsys: Capture
) -> None:
    agent = tmp_path / "agent.json"
    agent.write_text('{"name": "黄小强", "kind": "village", "scope": ["apply"]}', "utf-8")
    options = (
        *("--clerk", "农小芳", "--checker", "黄大伟", "--mode", "协办", "--elsewhere", "GX-7"),
        *("--agent", agent, "--village", "451423103202", "--owes", "letter=2026-10-31"),
        *("--owes", "photo=２０２６-11-30", "--day", "2026-09-21", "--insists", "某人"),
    )
    assert submit(village, form, *options) == 0
    taken = opened(village, json.loads(capsys.readouterr().out)["application"])
    assert taken is not None
    assert taken.window_ms > 0
    assert altered(taken, window_ms=0) == TakenIn(
        clerk="农小芳",
        checker="黄大伟",
        mode=Mode.ASSIST,
        elsewhere="GX-7",
        agent=Agent(name="黄小强", kind=AgentKind.VILLAGE, scope=(Scope.APPLY,)),
        village="451423103202",
        owed=(
            Owed(material="letter", until="2026-10-31"),
            Owed(material="photo", until="2026-11-30"),
        ),
        window_day="2026-09-21",
        insisted="某人",
    )


def test_a_line_of_a_stack_says_it_too(
    village: Village, form: Path, tmp_path: Path, capsys: Capture
) -> None:
    stack = tmp_path / "stack.jsonl"
    line = {"item": "pension", "form": json.loads(form.read_text("utf-8"))}
    said = {**line, "taken": {"clerk": "农小芳", "mode": "代办"}}
    wrong = {**line, "taken": {"clark": "农小芳"}}
    stack.write_text(f"{json.dumps(said)}\n{json.dumps(wrong)}\n", "utf-8")
    assert run_program(cli, ["submit-many", str(village.data), str(stack)]) == 3
    answers = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    (refused,) = [one for one in answers if "error" in one]
    assert (refused["line"], refused["error"]) == (2, "intake.form-invalid")
    (taken,) = [one for one in answers if "application" in one]
    found = opened(village, taken["application"])
    assert found is not None
    assert (found.clerk, found.mode) == ("农小芳", Mode.AGENT)


@pytest.mark.parametrize(
    "options",
    [
        ("--owes", "letter"),
        ("--owes", "letter=soon"),
        ("--owes", "=2026-10-31"),
        ("--day", "21.9.2026"),
        ("--village", "4514"),
        ("--mode", "网办"),
        ("--clerk", "n" * 101),
    ],
)
def test_an_option_that_is_not_of_its_form_is_wrong_usage(
    village: Village, form: Path, capsys: Capture, options: tuple[str, str]
) -> None:
    assert submit(village, form, *options) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["[", "{}", '{"name": "黄小强"}', "[" * 8000, '{"who": "x"}'])
def test_a_file_that_names_no_agent_is_wrong_usage(
    village: Village, form: Path, tmp_path: Path, capsys: Capture, text: str
) -> None:
    agent = tmp_path / "agent.json"
    agent.write_text(text, "utf-8")
    assert submit(village, form, "--agent", agent) == 2
    assert "Traceback" not in capsys.readouterr().err
