"""The county's commands, as an administrator types them, on a data folder of their own."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central.commands import county as county_commands
from central.county.app import open_county
from central.server.config import ServerConfig
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from runtime.cli.program import run_program
from tests.builders.chance import SeededRandomness
from tests.central.county.village import CATALOGUE, FORM, ITEM, Village
from tests.provisioning.scene import Machine, make_secrets
from tests.system.serving import serving


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A new county; its command line is the only one that has touched it."""
    folder = tmp_path / "county"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}"
    found = ["init", str(folder), "--code", "451423", "--name", "龙州县", "--url", url]
    assert run_program(county_commands.cli, found) == 0
    (tmp_path / "catalogue.json").write_bytes(CATALOGUE)
    return folder


@pytest.fixture(params=["directly", "through the server"])
def served(request: pytest.FixtureRequest, data: Path) -> Iterator[Path]:
    """The county with a case that has an attachment; with or without a running server."""
    catalogue = data.parent / "catalogue.json"
    assert run_program(county_commands.cli, ["publish", str(data), str(catalogue)]) == 0
    asyncio.run(bring_applications(data))
    if request.param == "directly":
        yield data
        return
    with serving(data):
        yield data


async def bring_applications(data: Path) -> None:
    """Three of them: one with a file, one plain, one that can't be taken."""
    async with open_county(data, ServerConfig()) as node:
        randomness = SeededRandomness()
        invitation = node.authority.add(
            role=Role.STATION, code="451423103201", name="独山村", parent=None, url=""
        )
        machine = Machine(kit=read_kit(invitation.kit), secrets=make_secrets(randomness))
        parcel, _ = machine.parcel(invitation.code)
        await node.admit(parcel)
        village = Village(
            node=machine.node,
            secrets=machine.secrets,
            county=node.relay.node,
            county_keys=node.relay.identity.keys,
            randomness=randomness,
        )
        scan = village.scan(b"card", name="身份证.jpg")
        wires = [village.submit(scan), village.submit(), village.submit(form={})]
        items: list[Item] = [*(EnvelopeItem(wire=wire) for wire in wires), *scan.parts]
        assert await node.exchanges.store_for(village.node).store(bytes(8), 4, items) == []


class Shell:
    """Runs commands and keeps what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data, self._capsys = data, capsys
        self.error = ""

    def run(self, command: str, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        assert run_program(county_commands.cli, [command, str(self._data), *arguments]) == code
        out, self.error = self._capsys.readouterr()
        return out

    def json(self, command: str, *arguments: str) -> Any:
        return json.loads(self.run(command, *arguments, "--json"))


@pytest.fixture
def shell(served: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(served, capsys)


def test_publish_prints_the_number(shell: Shell, tmp_path: Path) -> None:
    same, new = str(tmp_path / "catalogue.json"), tmp_path / "new.json"
    new.write_bytes(json.dumps(json.loads(CATALOGUE) | {"title": "新"}).encode())

    assert shell.run("publish", same) == "1\n"
    assert shell.json("publish", str(new)) == {"release": 2}
    new.write_text('{"items": [{}]}')
    assert shell.run("publish", str(new), code=3) == ""
    assert "[catalogue.invalid]" in shell.error
    assert shell.run("publish", str(tmp_path / "missing"), code=3) == ""
    assert "[intake.file-unreadable]" in shell.error


def test_cases_are_listed_whatever_their_number(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.casework.operations.PAGE", 1)  # of the direct way only

    found = shell.json("cases")

    assert [case["case"][-6:] for case in found] == ["000001", "000002"]
    (attachment,) = found[0]["attachments"]
    assert (attachment["material"], attachment["name"]) == ("id-card", "身份证.jpg")
    assert (found[0]["item"], found[0]["form"], found[0]["state"]) == (ITEM, FORM, "complete")
    assert "材料到齐" in shell.run("cases")


def test_a_case_is_decided_and_both_lists_say_so(shell: Shell, tmp_path: Path) -> None:
    number = shell.json("cases")[0]["case"]
    paper = tmp_path / "批复.pdf"
    paper.write_bytes(b"paper")

    decide = ("decide", number, "--outcome", "approved", "--note", "准予。")
    assert shell.json(*decide, "--attach", str(paper)) == {"case": number, "outcome": "approved"}
    assert shell.run(*decide, code=3) == ""
    assert "[case.closed]" in shell.error
    other = shell.json("cases")[1]["application"]
    assert shell.run("decide", other, "--outcome", "correction") != ""

    assert [case["state"] for case in shell.json("cases")] == ["decided", "returned"]
    assert "已办结（准予）" in shell.run("cases")
    (account,) = shell.json("ledger")
    assert (account["received"], account["decided"], account["rejected"]) == (2, 2, 1)
    assert "独山村" in shell.run("ledger")


def test_nodes_are_listed_with_what_is_wrong(shell: Shell) -> None:
    (node,) = shell.json("nodes")
    assert (node["name"], node["role"], node["alarms"]) == ("独山村", "station", [])
    assert node["heard_ms"] is not None, "joining is contact"
    table = shell.run("nodes")
    assert [word for word in ("独山村", "村站", "已开站", "刚刚") if word not in table] == []


def test_attachments_are_written_to_a_folder(shell: Shell, tmp_path: Path) -> None:
    number = shell.json("cases")[0]["case"]
    folder = tmp_path / "out"

    (file,) = shell.json("files", number, "--to", str(folder))

    assert file["path"] == str(folder / f"{number}-01-id-card-身份证.jpg")
    assert Path(file["path"]).read_bytes() == b"card"
    assert "完好" in shell.run("files", number, "--to", str(folder))


def test_an_unknown_case_is_refused_with_its_code(shell: Shell) -> None:
    refuse = ("--outcome", "refused", "--note", "材料不实")
    shell.run("decide", "451423-2026-AA999999", *refuse, code=3)
    assert "没有这个办件，请核对编号，要写全" in shell.error
    assert "[case.unknown]" in shell.error


def test_wrong_usage_is_told_apart(shell: Shell) -> None:
    shell.run("decide", "1", "--outcome", "maybe", code=2)
    shell.run("decide", "1", "--outcome", "approved", "--note", "长" * 4001, code=2)


def test_a_county_is_founded_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    founding = ["init", str(data), "--code", "451423", "--name", "龙州县", "--url", "https://a:1"]

    assert run_program(county_commands.cli, founding) == 3
    assert "[enrolment.already-joined]" in capsys.readouterr().err
    other = [*founding[:1], str(data.parent / "other"), *founding[2:], "--json"]
    assert run_program(county_commands.cli, other) == 0
    assert len(json.loads(capsys.readouterr().out)["node"]) == 16


def test_a_folder_that_is_no_county_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_program(county_commands.cli, ["cases", str(tmp_path)]) == 3
    assert "[store.not-joined]" in capsys.readouterr().err
