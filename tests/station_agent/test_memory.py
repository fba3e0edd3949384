"""What a station's agent holds in memory while it has nothing to do: a village PC has 2 GB."""

import subprocess
import sys

_AGENT = """
import sys
from station_agent.cli import main

sys.argv = ["yizhan-station", "--version"]
try:
    main()
except SystemExit:
    pass

import runtime.line.client, station_agent.agent, station_agent.jobs
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as unused

print(len(unused.get_ca_certs()), *sorted(sys.modules))
"""
_NOT_FOR_A_STATION = (
    "aiohttp.web",
    "apscheduler",
    "frozenlist._frozenlist",
    "jinja2",
    "protocol.catalogue.items.model",
    "protocol.catalogue.fees.rule",
    "sqlalchemy",
)


def test_the_agent_holds_no_library_that_it_does_not_use() -> None:
    """Each is a megabyte or more; so are the authorities that this computer trusts."""
    argv = (sys.executable, "-c", _AGENT)
    said = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    _version, seen = said.splitlines()
    authorities, *modules = seen.split()
    assert authorities == "0"
    assert not set(modules) & set(_NOT_FOR_A_STATION)
    assert "station_agent.exchange.service" in modules
