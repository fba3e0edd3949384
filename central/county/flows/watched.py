"""Cases as supervision looks at them, and what its clock lets happen to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.facts import Handled
from central.county.casework.service import Casework
from central.county.flows.service import Flows
from central.county.ports.keys import Key
from central.county.supervision.ports import Case
from protocol.casework.events.log import AnyBody


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCases:
    """Of one county."""

    flows: Flows
    casework: Casework

    async def watched(self, session: AsyncSession, keys: Collection[Key]) -> Sequence[Case]:
        """These cases, without those that were erased.

        Raises:
            LogBrokenError: the log of one can't be followed.
        """
        found = await self.casework.handled_of(session, keys)
        return [await self._watched(session, one) for one in found.values() if not one.is_erased]

    async def happens(self, session: AsyncSession, key: Key, bodies: Sequence[AnyBody]) -> bool:
        """Let things happen to a case by itself; False if it was not ready for any of them.

        Raises as Flows.itself.
        """
        handled = (await self.casework.handled_of(session, [key])).get(key)
        if handled is None:
            return False
        done = [await self.flows.itself(session, handled, body) for body in bodies]
        return any(done)

    async def listed(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> Mapping[Key, tuple[str, str]]:
        """What lists know of these cases: the handler's day, empty: none runs, and the light."""
        return await self.flows.log.listed(session, keys)

    async def lit(self, session: AsyncSession, key: Key, due: str, light: str) -> None:
        """Let lists know the handler's day of a case, and its light."""
        await self.flows.log.lit(session, key, due, light)

    async def _watched(self, session: AsyncSession, handled: Handled) -> Case:
        case = await self.flows.log.read(session, handled)
        release = case.status.release or handled.release
        item = await self.flows.log.item_of(session, release, handled.item)
        return Case(
            key=handled.key,
            number=handled.number,
            item=item.public_name if item else handled.item,
            item_type=item.type if item else "",
            events=case.events,
            status=case.status,
            rules=case.rules,
        )
