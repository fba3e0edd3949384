"""Queries on nodes: each brings all of them. None of them commits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.journal import forks
from central.county.intake.models import ReceivedRow
from central.relay.store.models import EditionRow, HealthRow, LinkRow
from protocol.ids import NodeId
from protocol.trust.edition import Kind
from protocol.trust.health import Health, known_health

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All of it, as of one moment."""

    links: dict[NodeId, Link]
    words: dict[NodeId, Word]
    arrived: dict[NodeId, int]  # envelopes of it that came after its newest word
    forks: dict[NodeId, int]
    due: dict[Kind, int]  # the newest version that has been there for a while; 0: none
    releases: Sequence[int]  # every version, rising


async def records(session: AsyncSession, *, before_ms: int) -> Records:
    """Everything, in seven queries whatever the number of nodes.

    Args:
        before_ms: an edition that was stored before this is due.
    """
    return Records(
        links=await _links(session),
        words=await _words(session),
        arrived=await _arrived(session),
        forks=await forks(session),
        due={kind: await _due(session, kind, before_ms) for kind in Kind},
        releases=await _versions(session, Kind.RELEASE),
    )


async def _links(session: AsyncSession) -> dict[NodeId, Link]:
    query = select(LinkRow.peer, LinkRow.heard_ms, LinkRow.roster, LinkRow.release)
    return {
        NodeId(peer): Link(heard_ms=heard_ms, roster=roster, release=release)
        for peer, heard_ms, roster, release in await session.execute(query)
    }


async def _words(session: AsyncSession) -> dict[NodeId, Word]:
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
    words, links = await _words(session), await _links(session)
    held = {node: word.health.roster for node, word in words.items() if word.health}
    for node, link in links.items():
        if link.roster is not None:
            held[node] = max(held.get(node, 0), link.roster)
    return held


async def _arrived(session: AsyncSession) -> dict[NodeId, int]:
    """How much has come from a node since its newest word; by an index, whatever came before."""
    since_ms = case(
        (
            HealthRow.number.between(HealthRow.said_ms - _WORD_MS, HealthRow.said_ms),
            HealthRow.number,  # trusted time in ms: when it was signed
        ),
        else_=HealthRow.said_ms,
    )
    query = (
        select(HealthRow.node, func.count())
        .join(
            ReceivedRow,
            (ReceivedRow.origin == HealthRow.node) & (ReceivedRow.arrived_ms > since_ms),
        )
        .where(HealthRow.said_ms.is_not(None))
        .group_by(HealthRow.node)
    )
    return {NodeId(node): count for node, count in await session.execute(query)}


async def _due(session: AsyncSession, kind: Kind, before_ms: int) -> int:
    """From the newest down, so that few of the large rows are touched."""
    query = (
        select(EditionRow.version)
        .where(EditionRow.kind == kind.value, EditionRow.stored_ms < before_ms)
        .order_by(EditionRow.version.desc())
        .limit(1)
    )
    return await session.scalar(query) or 0


async def _versions(session: AsyncSession, kind: Kind) -> Sequence[int]:
    query = select(EditionRow.version).where(EditionRow.kind == kind.value)
    return (await session.scalars(query.order_by(EditionRow.version))).all()
