"""What ``yizhan-station doctor`` looks at inside a data folder that no agent owns."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from protocol.errors import OtherNodeError, YizhanError
from protocol.trust.roster import Role
from runtime.doctor import folder
from runtime.doctor.calls import DOCTOR
from runtime.doctor.examination import Patient
from runtime.doctor.finding import Found
from runtime.doctor.line import ParentAddress, parent_faults
from runtime.doctor.node import parent_address
from runtime.node.identity import Identity, load_identity
from runtime.system import SystemClock
from station_agent.config import StationConfig
from station_agent.doctor.inside import clock_behind, inside, roster_of
from station_agent.store.db import Transaction, migrations
from station_agent.store.disk import APPLICATION_RESERVE_BYTES

DATABASE = "station.db"
_DESCRIPTORS = 256  # files that an agent with its desk has open at most
_HOST = "127.0.0.1"


async def _stopped(data: Path) -> list[Found]:
    try:
        identity, config = load_identity(data), StationConfig.load(data)
    except YizhanError as exc:
        return [folder.of_error(exc)]
    if identity.role is not Role.STATION:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    found, parent = await asyncio.to_thread(_looked, data, identity, config)
    return [*found, *(await parent_faults(parent) if parent else ())]


def _looked(
    data: Path, identity: Identity, config: StationConfig
) -> tuple[list[Found], ParentAddress | None]:
    rosters = [identity.roster()]

    def look(connection: sqlite3.Connection) -> Iterator[Found]:
        connection.row_factory = sqlite3.Row
        tx, now_ms = Transaction(connection), SystemClock().now_ms()
        rosters.append(roster_of(tx, identity))
        yield from clock_behind(tx, now_ms)
        yield from inside(tx, identity, now_ms)

    found = [*folder.left_behind(data, (DATABASE,)), *folder.missing(data, DATABASE)]
    found += folder.database(data / DATABASE, migrations()[-1][0], look)
    if config.desk_port:
        found += [
            Found("desk.port-taken", one.detail) for one in folder.port(_HOST, config.desk_port)
        ]
    return found, parent_address(identity, rosters[-1])


STATION = Patient(
    reserve_bytes=APPLICATION_RESERVE_BYTES,
    descriptors=_DESCRIPTORS,
    asked=DOCTOR,
    stopped=_stopped,
)
