"""A stack as people's programs write it: one bad line silences no other, and no answer is lost."""

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from protocol.errors import EXIT_OK, EXIT_REFUSED, DiskFullError
from protocol.ids import ApplicationId
from protocol.json_values import ABSENT
from runtime.cli.program import run_program
from station_agent.cli import cli
from station_agent.intake.batch import hand_in
from station_agent.intake.calls import LineAnswer, Submission
from tests.station_agent.village import Village

GOOD = b'{"item":"pension","form":{"name":"\xe6\x9f\x90\xe4\xba\xba"}}\n'
BAD = {
    "NUL in a path": b'{"item":"pension","form":{"name":"x"},"attach":{"photo":["a\\u0000b"]}}\n',
    "half of a pair in the form": b'{"item":"pension","form":{"name":"\\ud842"}}\n',
    "half of a pair in the item": b'{"item":"\\ud842","form":{"name":"x"}}\n',
    "half of a pair in a material": b'{"item":"pension","form":{},"attach":{"\\ud842":["a"]}}\n',
    "deep": b'{"item":"pension","form":' + b"[" * 20_000 + b"]" * 20_000 + b"}\n",
    "GBK": b'{"item":"pension","form":{"name":"\xd5\xc5"}}\n',
    "a long file name": b'{"item":"pension","form":{"name":"x"},"attach":{"photo":["'
    + b"n" * 300
    + b'"]}}\n',
    "endless": b'{"item":"pension","form":{"name":1e999}}\n',
    "NUL": b"\x00\n",
}


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A station with the catalogue."""
    village = Village(tmp_path / "station")

    async def fetch() -> None:
        async with village.open():
            pass

    asyncio.run(fetch())
    return village


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_stack_as_windows_programs_save_it(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, end: str
) -> None:
    text = GOOD.decode().replace("\n", end) * 2
    file = tmp_path / "stack.jsonl"
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    file.write_bytes((mark + text).encode(encoding))
    assert run_program(cli, ["submit-many", str(village.data), str(file)]) == EXIT_OK
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["line"] for one in said] == [1, 2]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_one_bad_line_silences_no_other(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: bytes
) -> None:
    file = tmp_path / "stack.jsonl"
    file.write_bytes(GOOD + bad + GOOD)
    assert run_program(cli, ["submit-many", str(village.data), str(file)]) == EXIT_REFUSED
    said = capsys.readouterr()
    answers = {one["line"]: one for one in map(json.loads, said.out.splitlines())}
    assert set(answers) == {1, 2, 3}
    assert "application" in answers[1]
    assert "application" in answers[3]
    assert answers[2]["error"] != "internal"
    assert answers[2]["words"]
    assert "Traceback" not in said.err


def test_when_the_station_can_not_work_every_line_hears_it() -> None:
    calls: list[int] = []

    def hand(applications: Sequence[Submission]) -> Sequence[LineAnswer]:
        calls.append(len(applications))
        if len(calls) == 1:
            return [LineAnswer(application=one.application) for one in applications]
        raise DiskFullError("no room")

    answers = list(hand_in(io.BytesIO(GOOD * 600), hand, lambda: ApplicationId("0" * 32)))

    assert calls == [256, 256]
    assert [line for line, _ in answers] == list(range(1, 601))
    assert {one.error for _, one in answers[:256]} == {ABSENT}
    assert {one.error for _, one in answers[256:]} == {"store.disk-full"}


def test_answers_into_a_full_disk_stand_on_stderr(village: Village, tmp_path: Path) -> None:
    file = tmp_path / "stack.jsonl"
    file.write_bytes(GOOD * 2 + b"bad\n")
    program = Path(sys.executable).parent / "yizhan-station"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [program, "submit-many", village.data, file],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == EXIT_REFUSED
    *lines, words = done.stderr.decode().splitlines()
    said = {one["line"]: one for one in map(json.loads, lines) if "line" in one}  # and a log
    assert set(said) == {1, 2, 3}
    assert "application" in said[1]
    assert "[output]" in words
    assert "没能写出的答复列在上面" in words
