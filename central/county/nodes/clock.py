"""The county's own clock: what it did, and an administrator's word that the date is right."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provisioning.clock_watch import ClockWatch
from runtime.control.owner import Operation, Report

if TYPE_CHECKING:  # the command needs the names below, and no database
    from central.relay.service import Relay

SHOW, CONFIRM = "county.clock", "county.clock-confirm"


def clock_operations(relay: "Relay", watch: ClockWatch) -> dict[str, Operation]:
    """What can be asked about the date of the county's machine."""

    async def show(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        believed, held = watch.look(), relay.times.trusted.held
        return {
            "now_ms": relay.clock.now_ms(),
            "believed": believed,
            "jump": watch.jump.json() if watch.jump else None,
            "time": {"n": held.statement.n, "at_ms": held.statement.at_ms} if held else None,
        }

    async def confirm(args: Mapping[str, Any], report: Report) -> dict[str, Any]:
        await asyncio.to_thread(watch.confirm)
        return await show(args, report)

    return {SHOW: show, CONFIRM: confirm}
