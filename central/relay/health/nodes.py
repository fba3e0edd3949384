"""What this node knows of others: by what it heard itself, and by their words.

In the caller's transaction, a query each, whatever the number of nodes. None of them commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import EditionRow, HealthRow, LinkRow
from protocol.ids import NodeId
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Health, known_health

_WORD_MS = 86_400_000  # a word is at most so old when it comes, or its number is no time


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What this county heard of a neighbour itself."""

    heard_ms: int | None
    roster: int | None
    release: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is known by words."""

    heard_ms: int | None
    heard_by: NodeId
    said_ms: int | None
    health: Health | None


async def links(session: AsyncSession) -> dict[NodeId, Link]:
    """What was heard of each neighbour here."""
    query = select(LinkRow.peer, LinkRow.heard_ms, LinkRow.roster, LinkRow.release)
    return {
        NodeId(peer): Link(heard_ms=heard_ms, roster=roster, release=release)
        for peer, heard_ms, roster, release in await session.execute(query)
    }


async def words(session: AsyncSession) -> dict[NodeId, Word]:
    """Their signatures were checked when they came."""
    query = select(
        HealthRow.node, HealthRow.word, HealthRow.said_ms, HealthRow.heard_ms, HealthRow.heard_by
    )
    return {
        NodeId(node): Word(
            heard_ms=heard_ms,
            heard_by=NodeId(heard_by),
            said_ms=said_ms,
            health=known_health(word) if word else None,
        )
        for node, word, said_ms, heard_ms, heard_by in await session.execute(query)
    }


async def rosters_held(session: AsyncSession) -> dict[NodeId, int]:
    """The newest roster that each node has said it holds, in a Hello to us or in its own word."""
    said, heard = await words(session), await links(session)
    held = {node: word.health.roster for node, word in said.items() if word.health}
    for node, link in heard.items():
        if link.roster is not None:
            held[node] = max(held.get(node, 0), link.roster)
    return held


def times_of_words() -> Select[tuple[str, int]]:
    """Selects every node that has sent a word, and when it said the newest."""
    since_ms = case(
        (
            HealthRow.number.between(HealthRow.said_ms - _WORD_MS, HealthRow.said_ms),
            HealthRow.number,  # trusted time in ms: when it was signed
        ),
        else_=HealthRow.said_ms,
    )
    return select(HealthRow.node, since_ms).where(HealthRow.said_ms.is_not(None))


async def due(session: AsyncSession, kind: Kind, before_ms: int) -> int:
    """The newest version that was stored before; 0: none.

    Looked for from the newest down, so that few of the large rows are touched.
    """
    query = (
        select(EditionRow.version)
        .where(EditionRow.kind == kind.value, EditionRow.stored_ms < before_ms)
        .order_by(EditionRow.version.desc())
        .limit(1)
    )
    return await session.scalar(query) or 0


async def versions(session: AsyncSession, kind: Kind) -> Sequence[int]:
    """Every version that is kept, rising."""
    query = select(EditionRow.version).where(EditionRow.kind == kind.value)
    return (await session.scalars(query.order_by(EditionRow.version))).all()
