"""How long personal data is kept, and erasing it on demand.

Source: docs/operations.md, "Personal data".
"""

import logging

from central.county.casework.calls import ERASE, Erase, Erased
from central.county.casework.erasure import Erasure, Spared
from central.county.retention.leftovers import UnopenedCopies
from central.relay.service import Relay
from protocol.errors import CaseUnknownError
from provisioning.authority import Authority
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import DONE, Record

ERASED = "county.erased"  # in the audit record, one for each case

log = logging.getLogger(__name__)


class PersonalData:
    """What the policy says of personal data, and erasing some now."""

    def __init__(
        self,
        relay: Relay,
        beside: UnopenedCopies,
        authority: Authority,
        record: Record,
        *,
        spared: Spared | None = None,
    ) -> None:
        """``spared`` knows which cases no job erases."""
        self._authority, self._record, self._spared = authority, record, spared
        self.erasure = Erasure(
            store=relay.store,
            clock=relay.clock,
            note=self._note,
            beside=beside,
        )

    async def erase(self, actor: Actor, wanted: Erase, _: Report = silent) -> Erased:
        """Erase these cases, or all of one person.

        Raises LoginForbiddenError, and as Erasure.erase and erase_person.
        """
        async with self._record.action(actor, ERASE.name, subject=wanted.reason):
            actor.require(Right.CASES)
            by, refused, person = str(actor), 0, wanted.person.strip()
            if person:
                erased, refused = await self.erasure.erase_person(person, wanted.reason, by=by)
            elif wanted.cases:
                erased = await self.erasure.erase(wanted.cases, wanted.reason, by=by)
            else:
                raise CaseUnknownError("没有这样的办件")
            return Erased(erased=erased, refused=refused)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(ERASE, self.erase))

    async def retain(self) -> None:
        """A slow job: erase what the policy keeps no longer, unless the date is in doubt."""
        days = self._authority.policy().case_days
        if not days or not self._authority.watch.look():
            return
        gone = await self.erasure.old(days, self._spared)
        if gone:
            log.info("erased", extra={"event": "cases.erased", "count": len(gone)})

    def _note(self, actor: str, number: str, reason: str) -> None:
        self._authority.audit.add(
            actor=actor, action=ERASED, subject=number, outcome=DONE, detail={"reason": reason}
        )
