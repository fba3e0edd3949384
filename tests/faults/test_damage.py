"""Damaged files: every program says so in words with a stable code, and touches nothing."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from central.commands import county as county_commands
from central.commands import hub as hub_commands
from central.county.keys.founding import found_county
from protocol.envelope.suites import SuiteNumber
from protocol.errors import EXIT_REFUSED, EXIT_USAGE
from protocol.trust.enrolment import read_parcel
from protocol.trust.roster import Role
from provisioning import cli as cli_provision
from provisioning.authority import FOLDER, Authority
from runtime.cli.program import run_program
from runtime.line.client import ParentClient
from runtime.logs.setup import set_up_logs
from runtime.node.identity import load_identity
from runtime.node.joining import Joining
from runtime.system import SystemClock, SystemRandomness
from station_agent import cli as cli_station
from station_agent.keys.joining import join_station
from tests.faults.action import played

Damage = Callable[[Path], None]
STATION, HUB, COUNTY, PROVISION = (
    "yizhan-station",
    "yizhan-hub",
    "yizhan-county",
    "yizhan-provision",
)
LOOKS = {
    STATION: (cli_station.cli, "status"),
    HUB: (hub_commands.cli, "status"),
    COUNTY: (county_commands.cli, "cases"),
    PROVISION: (cli_provision.cli, "show"),
}


def nothing_left(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(max(path.stat().st_size, 5000)))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def holes(path: Path) -> None:
    """The first page stays, so that it looks like a database."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + random.Random(4).randbytes(len(data) - 4096))


def gone(path: Path) -> None:
    path.unlink()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county, a hub and a station as folders, each opened once."""
    folder = tmp_path_factory.mktemp("nodes")
    played(_make(folder))
    for program, name in ((STATION, "station"), (HUB, "hub"), (COUNTY, "county")):
        assert look(program, folder / name) == 0
    return folder


async def _make(folder: Path) -> None:
    clock, randomness = SystemClock(), SystemRandomness()
    data, url = folder / "county", "https://127.0.0.1:8440"
    found_county(
        data, code="451423", name="县", url=url, database="", clock=clock, randomness=randomness
    )
    authority = Authority.open(data / FOLDER, clock=clock, randomness=randomness)
    key = load_identity(data).keys.opening[SuiteNumber.XWING]

    async def answer(_: ParentClient, parcel: bytes) -> bytes:
        return authority.admissions.verdict(read_parcel(parcel), key)[0]

    with mock.patch.object(ParentClient, "join", answer):
        hub = authority.add(
            role=Role.HUB, code="451423103", name="镇", parent=None, url="https://127.0.0.1:8441"
        )
        joining = Joining(clock=clock, randomness=randomness)
        (folder / "hub").mkdir()
        await joining.join(hub.kit, hub.code, folder / "hub", Role.HUB)
        station = authority.add(role=Role.STATION, code="451423103201", name="村", parent=hub.node)
        (folder / "station").mkdir()
        await join_station(
            station.kit,
            station.code,
            folder / "station",
            password=None,
            clock=clock,
            randomness=randomness,
            report=lambda _: None,
        )
    authority.close()


def look(program: str, data: Path) -> int:
    """The shortest command that opens the folder; its exit code."""
    group, verb = LOOKS[program]
    set_up_logs()  # as each program does: to stderr as it is now
    return run_program(group, [verb, str(data), "--json"])


@pytest.fixture
def copies(nodes: Path, tmp_path: Path) -> Path:
    shutil.copytree(nodes, tmp_path / "copies")
    return tmp_path / "copies"


@pytest.mark.parametrize(
    ("program", "file", "damage"),
    [
        (STATION, "station/station.db", noise),
        (STATION, "station/station.db", holes),
        (STATION, "station/node/keys.bin", nothing_left),
        (STATION, "station/node/keys.bin", noise),
        (STATION, "station/node/node.json", cut_short),
        (STATION, "station/node/roster.bin", noise),
        (STATION, "station/node/vault.bin", cut_short),
        (STATION, "station/node/vault.bin", gone),
        (HUB, "hub/hub.db", noise),
        (HUB, "hub/hub.db", holes),
        (HUB, "hub/node/keys.bin", cut_short),
        (HUB, "hub/node/node.json", gone),
        (COUNTY, "county/county.db", noise),
        (COUNTY, "county/county.db", holes),
        (COUNTY, "county/node/keys.bin", noise),
        (COUNTY, "county/authority/authority.db", noise),
        (COUNTY, "county/authority/authority.db", nothing_left),
        (COUNTY, "county/authority/authority.db", gone),
        (COUNTY, "county/authority/registrar.key", cut_short),
        (PROVISION, "county/authority/ca.key", nothing_left),
        (PROVISION, "county/authority/ca.der", noise),
        (PROVISION, "county/authority/authority.db", holes),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_touched(
    copies: Path,
    capsys: pytest.CaptureFixture[str],
    program: str,
    file: str,
    damage: Damage,
) -> None:
    path = copies / file
    damage(path)
    before = path.read_bytes() if path.exists() else None
    assert look(program, copies / file.partition("/")[0]) == EXIT_REFUSED
    told = capsys.readouterr().err
    assert "[store.damaged]" in told
    assert "数据文件夹有损坏" in told
    assert "Traceback" not in told
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize(
    ("program", "name"), [(STATION, "station"), (HUB, "hub"), (COUNTY, "county")]
)
@pytest.mark.parametrize("settings", [b"\xff\xfe\x00garbage", b"listen = ", b"colour = 1"])
def test_damaged_settings_are_the_operators_to_correct(
    copies: Path, capsys: pytest.CaptureFixture[str], program: str, name: str, settings: bytes
) -> None:
    (copies / name / f"{name}.toml").write_bytes(settings)
    assert look(program, copies / name) == EXIT_USAGE
    told = capsys.readouterr().err
    assert f"{name}.toml" in told
    assert "[usage]" in told


@pytest.mark.parametrize(("program", "name"), [(STATION, "station"), (HUB, "hub")])
@pytest.mark.parametrize("damage", [nothing_left, gone])
def test_a_node_whose_database_is_gone_begins_another_life(
    copies: Path, program: str, name: str, damage: Damage
) -> None:
    """The station's queue comes back from its journal, the hub's from the stations."""
    damage(copies / name / f"{name}.db")
    assert look(program, copies / name) == 0


def test_a_county_whose_database_is_gone_does_not_begin_another(
    copies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its cases are in the backup; an empty county would take the place of it."""
    gone(copies / "county" / "county.db")
    assert look(COUNTY, copies / "county") == EXIT_REFUSED
    assert "[store.damaged]" in capsys.readouterr().err


def test_a_salvaged_station_works_again(copies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise(copies / "station" / "station.db")
    assert run_program(cli_station.cli, ["salvage", str(copies / "station")]) == 0
    assert "数据库已重建" in capsys.readouterr().out
    assert look(STATION, copies / "station") == 0
    assert run_program(cli_station.cli, ["salvage", str(copies / "station")]) == 0
    assert "没有损坏" in capsys.readouterr().out
