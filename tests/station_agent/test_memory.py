"""What a station's agent holds in memory while it has nothing to do: a village PC has 2 GB."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.station_agent.village import Village

_AGENT = """
import sys
from station_agent.cli import main

sys.argv[0] = "yizhan-station"
try:
    main()
except SystemExit:
    pass

from aiohttp.connector import _SSL_CONTEXT_VERIFIED as unused

print(len(unused.get_ca_certs()), *sorted(sys.modules))
"""
_NOT_FOR_A_STATION = (
    "aiohttp.web",
    "apscheduler",
    "babel",
    "click.shell_completion",
    "cryptography.x509",  # 1.5 MB: for whoever makes certificates
    "frozenlist._frozenlist",
    "jinja2",
    "protocol.catalogue.items.model",
    "protocol.catalogue.fees.rule",
    "sqlalchemy",
)
_NOT_FOR_A_DESK = (  # in Chinese, before anybody asks for a picture, a table or a stick
    "apscheduler",
    "babel",  # 2 MB with what it brings
    "cryptography.x509",
    "difflib",
    "importlib.resources",  # brings zipfile
    "PIL",
    "pypdf",
    "segno",
    "sqlalchemy",
    "station_agent.commands",
    "zipfile",
    "zoneinfo",
)
_NOT_WHILE_IDLE = (
    "protocol.errors.casework",  # errors of single rooms: 0.3 MB, for what a peer may name
    "protocol.errors.supervision",
    "station_agent.commands",  # all but ``run``: 1 MB
    "importlib.resources",  # brings zipfile
    "protocol.catalogue.fees.told",
    "runtime.node.readmission",
    "runtime.sticks.calls",
    "runtime.sticks.carried",
    "runtime.sticks.receiver",
    "runtime.web",
    "station_agent.answering",
    "station_agent.clerks.calls",
    "station_agent.clerks.service",
    "station_agent.desk.opening",
    "station_agent.intake.calls",
    "station_agent.intake.operations",
    "station_agent.keys.calls",
    "station_agent.numbers.calls",
    "station_agent.operations",
    "station_agent.status.calls",
    "station_agent.status.results",
    "station_agent.status.service",
    "station_agent.stick.service",
    "station_agent.upkeep.recovery",
    "zipfile",
)


def _seen(village: Village, *, shows_desk: bool) -> list[str]:
    """Of a real agent without a parent: how many authorities, and its modules."""
    argv = (sys.executable, "-c", _AGENT, "run", village.data)
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        tried = next(line for line in process.stderr if "exchange failed" in line)
        assert "ClientConnectorError" in tried
        if shows_desk:
            assert process.stdout is not None
            _, url = (process.stdout.readline() for _ in range(2))
            with urllib.request.urlopen(f"{url.split()[1]}/login") as page:  # noqa: S310 - this machine
                assert "<h1>" in page.read().decode()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate()
    return said.splitlines()[-1].split()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Of an agent without a desk."""
    village = Village(tmp_path_factory.mktemp("idle") / "station", url="https://127.0.0.1:9")
    (village.data / "station.toml").write_text("desk_port = 0\n", "utf-8")
    return _seen(village, shows_desk=False)


def test_the_agent_holds_no_library_that_it_does_not_use(seen: list[str]) -> None:
    """Each is a megabyte or more; so are the authorities that this computer trusts."""
    authorities, *modules = seen
    assert authorities == "0"
    assert not set(modules) & set(_NOT_FOR_A_STATION)
    assert "station_agent.exchange.service" in modules


def test_an_idle_agent_loads_nothing_that_waits_for_a_question(seen: list[str]) -> None:
    """Together 1.5 MB: what answers commands, and what few stations ever need."""
    assert not set(seen) & set(_NOT_WHILE_IDLE)


def test_a_desk_in_chinese_holds_no_library_that_it_does_not_use(tmp_path: Path) -> None:
    """Together 4 MB: it showed a page, and nobody has asked for English, a picture or a table."""
    _, *modules = _seen(Village(tmp_path / "station", url="https://127.0.0.1:9"), shows_desk=True)
    assert not set(modules) & set(_NOT_FOR_A_DESK)
    assert "station_agent.desk.site" in modules
