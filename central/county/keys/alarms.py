"""What the county says of itself: where it stands, and keys that should have left this machine.

Source: docs/operations.md, "The recovery key".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from central.county.keys.calls import STATUS, CountyStatus
from central.county.nodes.clock_words import jump_words
from central.county.nodes.evidence import gather
from central.relay.service import Relay
from protocol.errors import AuditBrokenError
from provisioning.audit.evidence import Evidence, require_all
from provisioning.authority import Authority
from provisioning.escrow.alarms import key_alarms
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report

Alarms = Awaitable[list[dict[str, str]]]
CLOCK_JUMPED, AUDIT_CUT = "clock-jumped", "audit-cut"

log = logging.getLogger(__name__)


async def county_alarms(data: Path, relay: Relay, authority: Authority) -> list[dict[str, str]]:
    """What is wrong with the county itself: ``{code, words}``, the most urgent first."""
    evidence = await gather(relay, authority)
    return await asyncio.to_thread(_alarms, data, authority, evidence)


def _alarms(data: Path, authority: Authority, evidence: Evidence) -> list[dict[str, str]]:
    found, jump = key_alarms(data), authority.watch.jump
    if jump:
        found.insert(0, {"code": CLOCK_JUMPED, "words": jump_words(jump)})
    try:
        require_all(authority.audit, evidence)
    except AuditBrokenError as exc:
        found.insert(0, {"code": AUDIT_CUT, "words": exc.words()})
    return found


def key_watch(data: Path, relay: Relay, authority: Authority) -> Callable[[], Awaitable[None]]:
    """A job that says in the log what is wrong with the county itself, until nothing is."""

    async def watch() -> None:
        for alarm in await county_alarms(data, relay, authority):
            log.warning(alarm["words"], extra={"event": "keys.alarm", "code": alarm["code"]})

    return watch


class CountyWatch:
    """What the county says of itself, to whoever may look.

    Args:
        more: alarms of other capabilities.
    """

    def __init__(
        self, data: Path, relay: Relay, authority: Authority, more: Sequence[Callable[[], Alarms]]
    ) -> None:
        self._data, self._relay, self._authority, self._more = data, relay, authority, more

    async def status(self, actor: Actor, _: Nothing, __: Report = silent) -> CountyStatus:
        """Numbers in force, and alarms about the county itself.

        Raises:
            LoginForbiddenError: the actor may not look.
        """
        actor.require(Right.LOOK)
        relay = self._relay
        roster, release = relay.editions.versions()
        return CountyStatus(
            node=relay.node,
            name=relay.identity.name,
            instance=(await relay.instance()).hex(),
            roster=roster,
            release=release,
            alarms=[
                *await county_alarms(self._data, relay, self._authority),
                *[alarm for more in self._more for alarm in await more()],
            ],
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(STATUS, self.status))
