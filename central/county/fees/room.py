"""The fees of a county, each part made once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.about import CasesAbout
from central.county.fees import queries
from central.county.fees.days import FeeDays, faults, key_of
from central.county.fees.service import Fees, Moved, Prints
from central.county.numbers.own import OwnTickets
from central.county.ports.keys import Key
from central.county.supervision.ports import Charge
from central.relay.service import Relay


class FeeErasure:
    """What is left of a person in fees, erased with their case."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications; amounts, tickets and digests stay."""
        await queries.erase(session, keys)


async def doubtful(session: AsyncSession, keys: Collection[Key]) -> Mapping[Key, Sequence[Charge]]:
    """What about the money of these cases its frozen sheets do not explain, for supervision."""
    rows = await queries.entries_of_many(session, keys)
    known = {(key_of(row), row.n): row for row in rows}
    found: dict[Key, list[Charge]] = {}
    for row in rows:
        for words in faults(row, known):
            found.setdefault(key_of(row), []).append(Charge(n=row.n, words=words))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRoom:
    """Of one county."""

    fees: Fees
    days: FeeDays
    erasure: FeeErasure

    @classmethod
    def build(
        cls,
        relay: Relay,
        *,
        about: CasesAbout,
        tickets: OwnTickets,
        prints: Prints,
        moved: Moved,
    ) -> Self:
        """All of it, on a relay."""
        return cls(
            fees=Fees(
                store=relay.store,
                about=about,
                tickets=tickets,
                prints=prints,
                moved=moved,
                clock=relay.clock,
            ),
            days=FeeDays(store=relay.store, about=about, tickets=tickets),
            erasure=FeeErasure(),
        )
