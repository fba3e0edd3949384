"""The desk of a running agent: imported once it is ready, since pages take 10 MB and half a second.

Source: docs/architecture.md, "The desk".
"""

import asyncio
from contextlib import AsyncExitStack

from protocol.ports import Clock, Randomness
from runtime.node.identity import Identity
from station_agent.clerks.unlocking import UnlockingService
from station_agent.desk.clerks.logins import DeskLogins
from station_agent.desk.keys import Desk
from station_agent.desk.line.alerts import Alerts
from station_agent.desk.site import desk_site, open_site


async def open_desk(
    stack: AsyncExitStack,
    desk: Desk,
    *,
    unlocking: UnlockingService,
    identity: Identity,
    port: int,
    idle_s: float,
    command: str,
    clock: Clock,
    randomness: Randomness,
) -> str:
    """Open the desk of a station until ``stack`` closes; the URL.

    Args:
        idle_s: without a click before it locks.
        command: that shows where the first clerk is made.

    Raises:
        DeskPortError: another program has the port.
    """
    logins = DeskLogins(
        unlocking=unlocking, clock=clock, randomness=randomness, idle_s=idle_s, command=command
    )
    alerts = Alerts(service=desk.situation, clock=clock)
    site = desk_site(
        desk,
        node=identity.node,
        title=identity.name,
        training=identity.training,
        logins=logins,
        alerts=alerts,
        clock=clock,
        randomness=randomness,
    )
    url = await open_site(stack, site, port)
    logins.watch()
    watching = asyncio.create_task(alerts.watch())
    stack.callback(watching.cancel)
    return url
