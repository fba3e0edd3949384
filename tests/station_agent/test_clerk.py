"""What the clerk can ask for at the command line: items, whose application it is, a correction."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.envelope.payloads import Outcome, ReceiptState
from runtime.cli.program import run_program
from station_agent.app import Station
from station_agent.cli import cli
from tests.station_agent.village import Village

CASE = "451423-2026-KT000012"
Capture = pytest.CaptureFixture[str]


def with_station(village: Village, work: Callable[[Station], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with village.open() as station:
            await work(station)

    asyncio.run(opened())


async def _nothing(_: Station) -> None:
    """The catalogue comes with the first exchange."""


def said(capsys: Capture, *argv: str, code: int = 0) -> Any:
    assert run_program(cli, [*argv, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def form(village: Village, **fields: str) -> str:
    path = village.data.parent / "form.json"
    path.write_text(json.dumps(fields, ensure_ascii=False), "utf-8")
    return str(path)


def submit(village: Village, capsys: Capture, *more: str, code: int = 0) -> Any:
    argv = ("submit", str(village.data), "--item", "pension", *more)
    return said(capsys, *argv, "--form", form(village, name="买买提·艾力"), code=code)


def returned(village: Village, application: str) -> None:
    """The county sends it back."""

    async def work(station: Station) -> None:
        await village.exchange(station)
        (envelope,) = village.parent.envelopes.values()
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.COMPLETE, CASE))
        decision, _ = village.county.decision(bytes.fromhex(application), Outcome.CORRECTION)
        village.parent.send(decision)
        await village.exchange(station)

    with_station(village, work)


def test_items_are_listed_and_found_by_a_piece_of_their_name(
    village: Village, capsys: Capture
) -> None:
    with_station(village, _nothing)
    everything = said(capsys, "items", str(village.data))
    assert "pension" in {one["item"] for one in everything["items"]}
    (one,) = said(capsys, "items", str(village.data), "ｐｅｎＳＩＯＮ")["items"]
    assert one["item"] == "pension"
    assert one["by"] == "code"
    assert said(capsys, "items", str(village.data), "--find", "pension")["items"] == [one]


def test_what_no_item_has_brings_the_nearest_ones(village: Village, capsys: Capture) -> None:
    with_station(village, _nothing)
    found = said(capsys, "items", str(village.data), "--find", "no such thing")
    everything = said(capsys, "items", str(village.data))["items"]
    assert found["items"] == []
    assert {one["item"] for one in found["near"]} == {one["item"] for one in everything}
    assert run_program(cli, ["items", str(village.data), "no such thing"]) == 0
    out = capsys.readouterr().out
    assert "没有完全符合的事项" in out
    assert "pension" in out


def test_an_item_shows_its_materials_and_form(village: Village, capsys: Capture) -> None:
    with_station(village, _nothing)
    shown = said(capsys, "item", str(village.data), "pension")
    assert {"item", "name", "release", "materials", "form"} <= set(shown)
    assert shown["form"]["properties"]
    assert {"id", "name", "attach", "max_bytes"} == set(shown["materials"][0])
    assert said(capsys, "item", str(village.data), "x", code=3)["code"] == "intake.item-unknown"
    assert run_program(cli, ["item", str(village.data), "pension"]) == 0
    assert shown["name"] in capsys.readouterr().out


def test_without_a_catalogue_that_is_said(village: Village, capsys: Capture) -> None:
    assert said(capsys, "items", str(village.data), code=3)["code"] == "catalogue.missing"


def test_the_applicant_is_shown_and_lies_sealed(village: Village, capsys: Capture) -> None:
    with_station(village, _nothing)
    submit(village, capsys)
    (one,) = said(capsys, "status", str(village.data))["applications"]
    assert one["applicant"] == "买买提·艾力"
    assert one["name"]
    assert (
        said(capsys, "result", str(village.data), one["application"])["applicant"] == "买买提·艾力"
    )
    assert run_program(cli, ["status", str(village.data)]) == 0
    assert "买买提·艾力" in capsys.readouterr().out
    for path in village.data.rglob("*"):
        assert not path.is_file() or "买买提·艾力".encode() not in path.read_bytes()


def test_while_locked_no_applicant_is_shown(tmp_path: Path, capsys: Capture) -> None:
    village = Village(tmp_path / "station", password="Longzhou-2026-x")
    with_station(village, _nothing)
    submit(village, capsys)
    (one,) = said(capsys, "status", str(village.data))["applications"]
    assert one["applicant"] is None
    file = tmp_path / "password"
    file.write_bytes("\ufeffLongzhou-2026-x\r\n".encode())
    status = said(capsys, "status", str(village.data), "--password-file", str(file))
    assert status["applications"][0]["applicant"] == "买买提·艾力"


def test_a_result_is_found_by_its_case_number(village: Village, capsys: Capture) -> None:
    with_station(village, _nothing)
    application = submit(village, capsys)["application"]
    returned(village, application)
    by_id = said(capsys, "result", str(village.data), application)
    for number in (CASE, CASE.lower(), CASE.replace("-", "－")):
        assert said(capsys, "result", str(village.data), number) == by_id
    unknown = said(capsys, "result", str(village.data), "451423-2026-KT999999", code=3)
    assert unknown["code"] == "intake.application-unknown"


@pytest.mark.parametrize("by_case", [True, False])
def test_a_correction_answers_what_was_returned(
    village: Village, capsys: Capture, *, by_case: bool
) -> None:
    with_station(village, _nothing)
    application = submit(village, capsys)["application"]
    assert submit(village, capsys, "--corrects", application, code=3)["code"] == (
        "intake.not-returned"
    )
    returned(village, application)
    again = submit(village, capsys, "--corrects", CASE if by_case else application)["application"]

    async def send(station: Station) -> None:
        await village.exchange(station)

    with_station(village, send)
    payloads = [village.county.open(one) for one in village.parent.envelopes.values()]
    corrects = {one.application.hex(): one.corrects.hex() for one in payloads}
    assert corrects == {application: "", again: application}
