"""What a clerk asks of a station, and what the commands print."""

from pathlib import Path
from typing import Any

from protocol.json_values import to_json
from runtime.actor import Actor
from station_agent.app import Station
from station_agent.status.calls import ShowResult, ShowStatus, Status

CLERK = Actor.at_command_line("clerk")


async def ask_status(
    station: Station, password: str | None = None, newest: int | None = None
) -> Status:
    """How far each application has got."""
    return await station.status.status(CLERK, ShowStatus(password=password, newest=newest))


async def status_of(
    station: Station, password: str | None = None, newest: int | None = None
) -> dict[str, Any]:
    """The same, as ``status --json`` prints it."""
    told: dict[str, Any] = to_json(await ask_status(station, password, newest))
    return told


async def result_of(
    station: Station, application: str, folder: Path | None = None, password: str | None = None
) -> dict[str, Any]:
    """What ``result`` prints."""
    wanted = ShowResult(application=application, folder=folder, password=password)
    told: dict[str, Any] = to_json(await station.results.result(CLERK, wanted))
    return told
