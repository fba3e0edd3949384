"""What the county says of itself: where it stands, and keys that should have left this machine.

Source: docs/operations.md, "The recovery key".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from central.cli_clock import jump_words
from central.relay.service import Relay
from provisioning.clock_watch import ClockWatch
from provisioning.escrow.alarms import key_alarms
from runtime.control.owner import Operation, Report

STATUS = "county.status"
CLOCK_JUMPED = "clock-jumped"

log = logging.getLogger(__name__)


def key_watch(data: Path) -> Callable[[], Awaitable[None]]:
    """A job that says in the log which keys still lie here, until none does."""

    async def watch() -> None:
        for alarm in await asyncio.to_thread(key_alarms, data):
            log.warning(alarm["words"], extra={"event": "keys.alarm", "code": alarm["code"]})

    return watch


def status_operation(data: Path, relay: Relay, watch: ClockWatch) -> dict[str, Operation]:
    """``county.status``: numbers in force, and alarms about the county itself."""

    def alarms() -> list[dict[str, str]]:
        jump = watch.jump
        said = [{"code": CLOCK_JUMPED, "words": jump_words(jump.json())}] if jump else []
        return said + key_alarms(data)

    async def status(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        roster, release = relay.editions.versions()
        return {
            "node": relay.node,
            "name": relay.identity.name,
            "instance": (await relay.instance()).hex(),
            "roster": roster,
            "release": release,
            "alarms": await asyncio.to_thread(alarms),
        }

    return {STATUS: status}
