"""How long personal data is kept, and erasing it on demand.

Source: docs/operations.md, "Personal data".
"""

import logging
from collections.abc import Mapping
from typing import Any

from central.county.casework.erasure import Erasure
from central.county.casework.leftovers import UnopenedCopies
from central.county.county import County
from central.relay.service import Relay
from protocol.errors import CaseUnknownError
from provisioning.authority import Authority
from runtime.control.owner import BY, Operation, Report
from runtime.record import DONE

ERASE = "county.erase"
ERASED = "county.erased"  # in the audit record, one for each case

log = logging.getLogger(__name__)


class PersonalData:
    """What the policy says of personal data, and an operation that erases some now."""

    def __init__(self, relay: Relay, county: County, authority: Authority) -> None:
        self._authority = authority
        self._erasure = Erasure(
            store=relay.store,
            clock=relay.clock,
            note=self._note,
            beside=UnopenedCopies(store=relay.store, review=county.review, intake=county.intake),
        )

    def operations(self) -> dict[str, Operation]:
        """The operation by its name."""

        async def erase(args: Mapping[str, Any], _: Report) -> dict[str, Any]:
            numbers, reason = list(args["cases"]), str(args["reason"])
            by, refused = str(args.get(BY, "")), 0
            if person := str(args.get("person") or "").strip():
                erased, refused = await self._erasure.erase_person(person, reason, by=by)
            elif numbers:
                erased = await self._erasure.erase(numbers, reason, by=by)
            else:
                raise CaseUnknownError("没有这样的办件")
            return {"erased": erased, "refused": refused}

        return {ERASE: erase}

    async def retain(self) -> None:
        """A slow job: erase what the policy keeps no longer, unless the date is in doubt."""
        days = self._authority.policy().case_days
        if not days or not self._authority.watch.look():
            return
        gone = await self._erasure.old(days)
        if gone:
            log.info("erased", extra={"event": "cases.erased", "count": len(gone)})

    def _note(self, actor: str, number: str, reason: str) -> None:
        self._authority.audit.add(
            actor=actor, action=ERASED, subject=number, outcome=DONE, detail={"reason": reason}
        )
