"""Everything that is known of all nodes, as of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.arrivals import Arrivals
from central.relay.health.nodes import Link, Word, due, links, times_of_words, versions, words
from protocol.ids import NodeId
from protocol.trust.edition import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All of it, as of one moment."""

    links: dict[NodeId, Link]
    words: dict[NodeId, Word]
    arrived: dict[NodeId, int]  # envelopes of it that came after its newest word
    forks: dict[NodeId, int]
    due: dict[Kind, int]  # the newest version that has been there for a while; 0: none
    releases: Sequence[int]  # every version, rising


async def records(session: AsyncSession, arrivals: Arrivals, *, before_ms: int) -> Records:
    """Everything, in seven queries whatever the number of nodes.

    Args:
        before_ms: an edition that was stored before this is due.
    """
    return Records(
        links=await links(session),
        words=await words(session),
        arrived=await arrivals.since(session, times_of_words()),
        forks=await arrivals.forks(session),
        due={kind: await due(session, kind, before_ms) for kind in Kind},
        releases=await versions(session, Kind.RELEASE),
    )
