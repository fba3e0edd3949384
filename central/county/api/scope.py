"""Which cases a token may see: all, or those of its department's items."""

from collections.abc import Sequence
from dataclasses import dataclass

from central.county.api.tokens import Holder
from central.county.casework.calls import CaseLine
from central.county.departments.service import Departments
from central.county.flows.service import Flows
from protocol.errors import CaseUnknownError


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Of one county."""

    flows: Flows
    departments: Departments

    async def names(self, holder: Holder) -> frozenset[str]:
        """What items may call the department of a token; empty: it has none, and sees all."""
        if not holder.department:
            return frozenset()
        known = (await self.departments.now()).department(holder.department)
        return frozenset({holder.department, *((known.code, *known.names) if known else ())})

    async def require(self, holder: Holder, case: str) -> str:
        """The number of a case that the token may see.

        Raises:
            CaseUnknownError: there is none, or it is another department's.
        """
        found = await self.flows.life(case)
        names = await self.names(holder)
        if names and found.rules.department not in names:
            raise CaseUnknownError(case[:60])
        return found.number

    async def seen(self, holder: Holder, lines: Sequence[CaseLine]) -> Sequence[CaseLine]:
        """Those of a list that the token may see."""
        names = await self.names(holder)
        if not names or not lines:
            return lines
        keys = {(one.station, bytes.fromhex(one.application)): one for one in lines}
        handled = await self.flows.departments_of(keys)
        return [one for key, one in keys.items() if handled.get(key) in names]
