"""What ``doctor`` looks at inside the data folder of a hub or county that nobody serves."""

import asyncio
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.stored import stored_roster
from central.server.config import ServerConfig
from central.server.subject import ServerKind, Subject, look_inside, look_up
from central.store.engine import Store
from central.store.frozen import frozen_session
from central.store.migrate import require_known
from protocol.errors import NewerStoreError, OtherNodeError, StoreError, YizhanError
from protocol.limits import RESERVE_BYTES
from protocol.trust.roster import Roster
from runtime.doctor import folder
from runtime.doctor.calls import DOCTOR
from runtime.doctor.examination import Patient
from runtime.doctor.finding import Found
from runtime.line.places import WANTED
from runtime.node.identity import Identity, load_identity
from runtime.system import SystemClock


def patient(kind: ServerKind) -> Patient:
    """A server of a kind."""

    async def stopped(data: Path) -> list[Found]:
        return await _stopped(data, kind)

    return Patient(reserve_bytes=RESERVE_BYTES, descriptors=WANTED, asked=DOCTOR, stopped=stopped)


async def _stopped(data: Path, kind: ServerKind) -> list[Found]:
    try:
        identity = load_identity(data)
        config = ServerConfig.load(data / f"{kind.name}.toml")
    except YizhanError as exc:
        return [folder.of_error(exc)]
    if identity.role is not kind.role:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    if config.database:
        found, subject = await _on_server(data, identity, config, kind)
    else:
        found, subject = await asyncio.to_thread(_in_file, data, identity, config, kind)
    found += await asyncio.to_thread(lambda: [*kind.beside(data), *_address(subject)])
    return [*found, *(await look_up(subject))]


def _in_file(
    data: Path, identity: Identity, config: ServerConfig, kind: ServerKind
) -> tuple[list[Found], Subject]:
    subjects = [_subject(data, identity, config)]

    def look(driver: sqlite3.Connection) -> Iterator[Found]:
        with frozen_session(driver) as (connection, session):
            if require_known(connection, kind.branches):
                return iter(asyncio.run(_look(session, subjects, kind)))
        return iter([Found("database.older", f"{kind.name}.db")])

    name = f"{kind.name}.db"
    found = [*folder.left_behind(data, (name,)), *folder.missing(data, name)]
    found += folder.database(data / name, None, look)
    return found, subjects[-1]


async def _on_server(
    data: Path, identity: Identity, config: ServerConfig, kind: ServerKind
) -> tuple[list[Found], Subject]:
    subjects = [_subject(data, identity, config)]
    found = list(folder.left_behind(data, ()))
    try:
        async with Store(config.database) as store:
            if await store.migrate(partial(require_known, branches=kind.branches)):
                found += await store.transact(lambda session: _look(session, subjects, kind))
            else:
                found.append(Found("database.older"))
    except NewerStoreError as exc:
        found.append(Found("database.newer", exc.detail))
    except (StoreError, OSError) as exc:
        found.append(Found("database.no-answer", str(exc)[:100]))
    return found, subjects[-1]


async def _look(session: AsyncSession, subjects: list[Subject], kind: ServerKind) -> list[Found]:
    """The newest roster makes another subject of it."""
    first = subjects[0]
    roster = await stored_roster(session, first.roster, first.identity.root)
    subjects.append(_subject(first.data, first.identity, first.config, roster))
    return await look_inside(session, subjects[-1], kind.look)


def _subject(
    data: Path, identity: Identity, config: ServerConfig, roster: Roster | None = None
) -> Subject:
    return Subject(
        data=data,
        identity=identity,
        config=config,
        roster=roster or identity.roster(),
        now_ms=SystemClock().now_ms(),
    )


def _address(subject: Subject) -> Iterator[Found]:
    """Whether the port for nodes is free."""
    entry = subject.roster.nodes.get(subject.identity.node)
    listen, url = subject.config.listen, entry.url if entry else ""
    parts = urlsplit(f"https://{listen}" if listen else url)
    if parts.hostname and parts.port:
        yield from folder.port(parts.hostname, parts.port)
