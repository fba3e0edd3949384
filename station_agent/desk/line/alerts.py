"""What is wrong with this PC or its line, in a banner on every page, with what to do.

It is looked at now and then, so no page waits for a disk that is slow.
"""

import logging
from dataclasses import dataclass, field

from protocol.errors import YizhanError
from protocol.ports import Clock
from protocol.trust.reports.situation import Standing, Trouble
from runtime.actor import PROGRAM
from runtime.control.calls import Nothing
from runtime.web.alerts import Alert
from station_agent.status.calls import SituationShown
from station_agent.status.situation import SituationService

LOOK_S = 15.0
_SHOWN = (Trouble.CLOCK_WRONG, Trouble.DISK_LOW, Trouble.ROLLED_BACK, Trouble.SALVAGED)

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Alerts:
    """Looks at the station while its desk is open."""

    service: SituationService
    clock: Clock
    _found: tuple[Alert, ...] = field(default=())

    def now(self) -> tuple[Alert, ...]:
        """What was found last."""
        return self._found

    async def look(self) -> None:
        """Look now."""
        try:
            self._found = alerts_of(await self.service.situation(PROGRAM, Nothing()))
        except YizhanError as exc:
            log.warning("not looked", extra={"event": "desk.alerts", "code": exc.code})

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await self.look()
            await self.clock.sleep(LOOK_S)


def alerts_of(found: SituationShown) -> tuple[Alert, ...]:
    """What a clerk must know of a situation; what the county says of the PC comes first."""
    standing = () if found.standing == Standing.ACTIVE.value else (Alert(found.standing),)
    off_s = abs(found.clock_error_ms or 0) / 1000
    troubles = (Alert(one.value, off_s) for one in _SHOWN if one.value in found.troubles)
    return (*standing, *troubles)
