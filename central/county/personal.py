"""How long personal data is kept, and erasing it on demand.

Source: docs/operations.md, "Personal data".
"""

import logging
from collections.abc import Mapping
from typing import Any

from central.county.casework.erasure import Erasure
from central.relay.service import Relay
from protocol.errors import CaseUnknownError
from provisioning.audit.operations import DONE
from provisioning.authority import Authority
from runtime.control.owner import BY, Operation, Report

ERASE = "county.erase"
ERASED = "county.erased"  # in the audit record, one for each case

log = logging.getLogger(__name__)


class PersonalData:
    """What the policy says of personal data, and an operation that erases some now."""

    def __init__(self, relay: Relay, authority: Authority) -> None:
        self._authority = authority
        self._erasure = Erasure(store=relay.store, clock=relay.clock, note=self._note)

    def operations(self) -> dict[str, Operation]:
        """The operation by its name."""

        async def erase(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            numbers = list(args["cases"])
            if person := str(args.get("person") or "").strip():
                numbers = await self._erasure.of_person(person)
            if not numbers:
                raise CaseUnknownError("没有这样的办件")
            reason, by = str(args["reason"]), str(args.get(BY, ""))
            return {"erased": await self._erasure.erase(numbers, reason, by=by)}

        return {ERASE: erase}

    async def retain(self) -> None:
        """A slow job: erase what the policy keeps no longer, unless the date is in doubt."""
        days = self._authority.policy().case_days
        if not days or not self._authority.watch.look():
            return
        gone = await self._erasure.old(days)
        if gone:
            log.info("erased", extra={"event": "cases.erased", "count": len(gone)})

    def quarantine_days(self) -> int:
        """How long envelopes are kept that could not be taken."""
        return self._authority.policy().quarantine_days

    def _note(self, actor: str, number: str, reason: str) -> None:
        self._authority.audit.add(
            actor=actor, action=ERASED, subject=number, outcome=DONE, detail={"reason": reason}
        )
