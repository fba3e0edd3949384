"""A stack of forms on the command line: each line has its own answer."""

import asyncio
import io
import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, EXIT_USAGE
from protocol.ids import ApplicationId
from protocol.limits import MAX_BATCH_LINE_BYTES
from runtime.cli.program import run_program
from station_agent.cli import cli
from station_agent.intake.batch import hand_in
from station_agent.intake.calls import LineAnswer, Submission
from tests.station_agent.village import Village

GOOD = b'{"item":"pension","form":{"name":"\xe6\x9f\x90\xe4\xba\xba"}}\n'
NAMED = b'{"item":"pension","form":{"name":"x"},"application":"%s"}\n' % (b"ab" * 16)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A station with the catalogue."""
    village = Village(tmp_path / "station")

    async def fetch() -> None:
        async with village.open():
            pass

    asyncio.run(fetch())
    return village


def test_each_line_is_answered(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = village.file(2000)
    attached = {"item": "pension", "form": {"name": "x"}, "attach": {"照片": [str(photo)]}}
    lines = [
        GOOD,
        b"\n",
        b'{"item":"pension","form":{}}\n',
        b'{"item":"nothing","form":{}}\n',
        b"no json\n",
        NAMED,
        json.dumps(attached).encode(),
    ]
    file = tmp_path / "stack.jsonl"
    file.write_bytes(b"".join(lines))

    code = run_program(cli, ["submit-many", str(village.data), str(file)])

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == EXIT_REFUSED
    answers = {one["line"]: one for one in said}
    assert {line: one.get("error") for line, one in answers.items()} == {
        1: None,
        3: "intake.form-invalid",
        4: "intake.item-unknown",
        5: "intake.form-invalid",
        6: None,
        7: None,
    }
    assert answers[6]["application"] == "ab" * 16
    assert "name" in answers[3]["detail"]
    run_program(cli, ["status", str(village.data), "--json"])
    status = json.loads(capsys.readouterr().out)
    taken = {one["application"] for one in said if "application" in one}
    assert {one["application"] for one in status["applications"]} == taken


@pytest.mark.parametrize("empty", [b"", b"\n \n\t\r\n", "\ufeff".encode()])
def test_a_stack_without_an_application_is_no_success(
    empty: bytes, village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stack.jsonl"
    file.write_bytes(empty)
    assert run_program(cli, ["submit-many", str(village.data), str(file)]) == EXIT_USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert "没有读到一行申请" in said.err


def test_a_stack_that_names_its_applications_may_come_again(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stack.jsonl"
    file.write_bytes(NAMED + NAMED)
    for _ in range(2):
        assert run_program(cli, ["submit-many", str(village.data), str(file)]) == EXIT_OK
    capsys.readouterr()
    run_program(cli, ["status", str(village.data), "--json"])
    assert len(json.loads(capsys.readouterr().out)["applications"]) == 1


def test_many_lines_go_in_few_calls_and_keep_their_numbers() -> None:
    calls: list[int] = []
    ids = count()

    def hand(applications: Sequence[Submission]) -> Sequence[LineAnswer]:
        calls.append(len(applications))
        return [LineAnswer(application=one.application) for one in applications]

    def new_id() -> ApplicationId:
        return ApplicationId(f"{next(ids):032x}")

    answers = list(hand_in(io.BytesIO(GOOD * 600), hand, new_id))

    assert calls == [256, 256, 88]
    assert [line for line, _ in answers] == list(range(1, 601))
    assert len({one.application for _, one in answers}) == 600


def test_a_line_without_end_is_refused_and_the_next_one_taken() -> None:
    def hand(applications: Sequence[Submission]) -> Sequence[LineAnswer]:
        return [LineAnswer(application=one.application) for one in applications]

    long = b"x" * (3 * MAX_BATCH_LINE_BYTES) + b"\n"
    answers = list(hand_in(io.BytesIO(long + GOOD), hand, lambda: ApplicationId("0" * 32)))

    assert [(line, one.error or None) for line, one in answers] == [
        (1, "intake.form-invalid"),
        (2, None),
    ]
