"""What has come, as other capabilities may ask for it, in the caller's transaction."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import Carried
from central.county.intake import journal, queries
from central.county.intake.facts import Carrier, Numbers, Stuck, Verdict
from central.county.ports.keys import Key
from protocol.ids import Incarnation, NodeId
from protocol.trust.revocation import Point


class Arrivals:
    """Says what has come and what became of it. Nobody else reads intake's tables."""

    async def senders(self, session: AsyncSession) -> set[NodeId]:
        """Every node that has ever sent something."""
        return await journal.senders(session)

    async def numbers(self, session: AsyncSession, station: NodeId) -> Numbers:
        """Under which numbers a station's envelopes have come."""
        return Numbers(
            spans=await journal.spans(session, station),
            starts=await journal.starts(session, station),
            twice=await journal.twice(session, station),
            begun_again=await journal.begun_again(session, station),
            verdicts=await journal.verdicts(session, station),
        )

    async def preds(self, session: AsyncSession, station: NodeId) -> dict[bytes, Point | None]:
        """What each incarnation whose first envelope is here names as the last before it."""
        return await journal.preds(session, station)

    async def point(self, session: AsyncSession, station: str, envelope: bytes) -> Point:
        """Incarnation and number of an envelope that has come.

        Raises:
            NoResultFound: it has not.
        """
        return await queries.point(session, station, envelope)

    async def forks(self, session: AsyncSession) -> dict[NodeId, int]:
        """Of every station: points of its chain from which more than one incarnation goes on."""
        return await journal.forks(session)

    async def newest_start(self, session: AsyncSession, station: NodeId) -> bytes:
        """The incarnation of which something came last; empty while nothing has come."""
        return await journal.newest_start(session, station)

    async def left_behind(
        self, session: AsyncSession, points: Mapping[tuple[NodeId, Incarnation], int]
    ) -> set[NodeId]:
        """Stations of which an incarnation goes on behind a point at which another left it."""
        return await journal.left_behind(session, points)

    async def stuck(self, session: AsyncSession, station: NodeId) -> list[Stuck]:
        """What is said of this station's envelopes whose numbers are known."""
        return await queries.stuck(session, station)

    async def since(
        self, session: AsyncSession, times: Select[tuple[str, int]]
    ) -> dict[NodeId, int]:
        """How many envelopes of each node came after its time.

        Args:
            times: selects nodes, each with a time in ms by the county's clock; it becomes a part
                of one statement, however many nodes there are.
        """
        return await queries.since(session, times)

    async def not_safe(self, session: AsyncSession, *, after: Key, limit: int) -> list[Carrier]:
        """Envelopes that brought an application and were not told SAFE yet, behind ``after``.

        What lies in the review queue is among them: it has no case.
        """
        return await queries.not_safe(session, after=after, limit=limit)

    async def carried(
        self, session: AsyncSession, keys: Collection[Key]
    ) -> dict[Key, list[Carried]]:
        """By application (or what followed one): the envelopes that brought it, as they came."""
        found: dict[Key, list[Carried]] = {}
        for row in await queries.bringing(session, keys):
            carried = Carried(
                envelope=row.envelope_id.hex(),
                incarnation=row.incarnation.hex(),
                seq=row.seq,
                arrived_ms=row.arrived_ms,
                duplicate=row.verdict == Verdict.DUPLICATE.value,
                backup=row.backup,
            )
            found.setdefault((row.origin, row.application or b""), []).append(carried)
        return found

    async def mark_safe(
        self, session: AsyncSession, keys: Collection[Key], backup: int
    ) -> set[Key]:
        """Note that these envelopes are told SAFE now; those that were not before."""
        return await queries.mark_safe(session, keys, backup)
