"""What is wrong with an authority: its database, its clock, its kits, and keys that should go."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from protocol.errors import DamagedError, UsageError
from provisioning.escrow.alarms import key_alarms
from provisioning.policy import FILE as POLICY_FILE
from provisioning.policy import Policy
from provisioning.store import known_version
from runtime.doctor import folder
from runtime.doctor.finding import Found
from runtime.doctor.machine import clock_faults
from runtime.system import SystemClock

AUTHORITY, DATABASE = "authority", "authority.db"


def key_faults(data: Path) -> Iterator[Found]:
    """Keys that lie where they should not."""
    try:
        for alarm in key_alarms(data):
            yield Found(alarm["code"])
    except DamagedError as exc:
        yield Found("identity.damaged", exc.detail[:100])


def authority_and_keys(data: Path) -> Iterator[Found]:
    """Everything about the authority of a county that no process serves."""
    yield from authority_file(data)
    yield from key_faults(data)


def authority_file(data: Path) -> Iterator[Found]:
    """The authority of a county that no process serves."""
    path = data / AUTHORITY / DATABASE
    if not path.exists():
        yield Found("database.missing", path.name)
        return

    def look(connection: sqlite3.Connection) -> Iterator[Found]:
        return authority_faults(data, connection)

    yield from folder.database(path, known_version(), look)


def authority_faults(data: Path, connection: sqlite3.Connection) -> Iterator[Found]:
    """What its database tells."""
    try:
        policy = Policy.load(data / AUTHORITY / POLICY_FILE)
    except UsageError as exc:
        yield Found("settings.unreadable", exc.detail[:200])
        policy = Policy()
    yield from _clock(connection)
    ((lived_ms,),) = connection.execute(
        "SELECT coalesce((SELECT lived_ms FROM clock), 0)"
    ).fetchall()
    codes = connection.execute("SELECT lived_ms FROM codes WHERE spent_by IS NULL").fetchall()
    outdated = sum(policy.code_expired(made_ms, lived_ms) for (made_ms,) in codes)
    if outdated:
        yield Found("kits.outdated", str(outdated))


def _clock(connection: sqlite3.Connection) -> Iterator[Found]:
    """A jump that nobody confirmed, or a date before the last that was seen."""
    rows = connection.execute("SELECT seen_ms, expected_ms, found_ms FROM clock").fetchall()
    for seen_ms, expected_ms, found_ms in rows:
        if expected_ms is not None:
            yield from clock_faults(found_ms - expected_ms)
        else:
            yield from clock_faults(min(SystemClock().now_ms() - seen_ms, 0))
