"""The ratings of a county, each part made once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.ratings import queries
from central.county.ratings.opening import CallbackOpening
from central.county.ratings.service import Callbacks
from central.county.ratings.sums import RatingSums
from central.county.ratings.watch import CallbackWatch


class RatingErasure:
    """What is left of a person in bad ratings, erased with their case."""

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications; what was done, when and by whom stays."""
        await queries.erase(session, keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRoom:
    """Of one county."""

    opening: CallbackOpening
    callbacks: Callbacks
    sums: RatingSums
    watch: CallbackWatch
    erasure: RatingErasure
