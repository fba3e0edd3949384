"""Health: what nodes say of themselves and when they were heard of, kept here and passed up.

The same table at hub and county. A hub tells its parent of each child at most every ten minutes,
in ages by its monotonic clock: so nobody's wrong date reaches the county.

Source: docs/protocol.md section 9.7; docs/adr/0021-health.md.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.exchange.neighbours import Link
from central.relay.health.condition import own_health
from central.relay.health.upstream_ages import UpstreamAges
from central.relay.health.upstream_reports import UpstreamReports
from central.relay.limits.disk_space import Reserve
from central.relay.store.models import HealthRow
from central.relay.time.service import Times
from central.store.base import BY_KEY, table_of
from central.store.insert import insert_new
from protocol.envelope.keys import Signer
from protocol.errors import NotOnRosterError, PeerError
from protocol.ids import NodeId
from protocol.limits import MAX_HEARD
from protocol.ports import Clock
from protocol.trust.reports.health import Health, Heard, Reporter, read_health

log = logging.getLogger(__name__)

_TABLE = table_of(HealthRow)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a Hello says, until the parent has taken it."""

    heard: tuple[Heard, ...] = ()
    at_s: float = 0.0  # ticks when it was put together


class HealthBook:
    """Takes what children tell, and tells the parent."""

    def __init__(
        self,
        *,
        node: NodeId,
        signer: Signer,
        editions: Editions,
        room: Reserve,
        clock: Clock,
        times: Times,
        authority: Callable[[], bytes],
    ) -> None:
        """``authority`` says of which TLS authority this node's certificate is (its name)."""
        self._node, self._editions, self._room, self._clock = node, editions, room, clock
        self._times, self._authority = times, authority
        self._reporter = Reporter(signer=signer, clock=clock)
        self._up = UpstreamReports()
        self._ages = UpstreamAges(clock)
        self._telling = _Telling()

    async def load(self, session: AsyncSession) -> None:
        """Remember the words that were stored: the parent may not have them all."""
        for row in (await session.scalars(select(HealthRow))).all():
            if row.node == self._node:
                self._reporter.resume(row.number)
            elif row.word:
                self._up.note(NodeId(row.node), row.key, row.number, row.word)

    def age_s(self, peer: NodeId) -> int | None:
        """How long ago ``peer`` was heard; None if not since the program started."""
        return self._ages.age_s(peer)

    async def heard(self, session: AsyncSession, nodes: Collection[NodeId]) -> None:
        """These were heard of just now by what came of them: an envelope, or a request to join."""
        now = {"heard_ms": self._clock.now_ms(), "heard_by": self._node}
        if rows := [_empty(node) | now for node in sorted(nodes)]:
            await session.execute(_hearing(session.get_bind().dialect.name), rows)

    async def take(self, session: AsyncSession, peer: NodeId, told: Sequence[Heard]) -> None:
        """What a child tells of itself, and at the top of the tree of those that call it.

        What the roster does not allow is logged and has no effect.
        """
        if self._has_parent():
            self._ages.heard(peer)
        for heard in told:
            try:
                await self._take(session, peer, heard)
            except PeerError as exc:
                log.warning(
                    "health not taken",
                    extra={"event": "health.refused", "peer": peer, "code": exc.code},
                )

    async def tell(self, session: AsyncSession, link: Link) -> tuple[Heard, ...]:
        """For a Hello to the parent, whose link this is; the rest goes with the next one."""
        words = self._up.untold()
        told = [
            Heard(node=bytes.fromhex(node), age_s=self.age_s(node), word=words.get(node, b""))
            for node in dict.fromkeys((*words, *self._ages.due()))
        ]
        own = await self._own_word(session, NodeId(link.peer), link.instance or b"")
        if own:
            told.insert(0, Heard(node=bytes.fromhex(self._node), age_s=0, word=own))
        self._telling = _Telling(tuple(told[:MAX_HEARD]), self._clock.ticks_s())
        return self._telling.heard

    def told(self) -> None:
        """The parent has taken what the last :meth:`tell` said."""
        telling, self._telling = self._telling, _Telling()
        self._up.told({one.word for one in telling.heard})
        self._ages.told(
            (one.subject for one in telling.heard if one.age_s is not None), telling.at_s
        )
        if any(one.subject == self._node for one in telling.heard):
            self._reporter.taken()

    def forget_told(self) -> None:
        """The parent has another database now: it may know nothing of them."""
        self._up.forget_told()
        self._ages.forget_told()

    async def _own_word(self, session: AsyncSession, parent: NodeId, instance: bytes) -> bytes:
        """What we say of ourselves; how wrong our clock is only once the county's time has come."""
        listener, trusted = (parent, instance), self._times.trusted
        if not self._reporter.is_due(listener):
            return b""
        health = await own_health(
            session,
            node=self._node,
            parent=parent,
            editions=self._editions,
            room=self._room,
            number=max(1, trusted.number()),
            now_ms=self._clock.now_ms(),
            clock_error_ms=trusted.error_ms if trusted.heard else None,
            authority=await asyncio.to_thread(self._authority),
        )
        word = self._reporter.word(health, listener)
        if word:
            await _note(session, self._node, number=self._reporter.number, word=word)
        return word

    async def _take(self, session: AsyncSession, peer: NodeId, heard: Heard) -> None:
        node, now_ms = heard.subject, self._clock.now_ms()
        passed_up = not self._has_parent() and self._editions.roster.may_call(node, peer)
        if node != peer and not passed_up:
            raise NotOnRosterError(f"{node} at {peer}")
        health = (
            read_health(heard.word, self._editions.roster.reporting_keys) if heard.word else None
        )
        if health is not None and health.reporter != node:
            raise NotOnRosterError(f"{health.reporter} as {node}")
        row = await session.get(HealthRow, node, populate_existing=True)
        values: dict[str, Any] = {}
        age_s = 0 if node == peer else heard.age_s
        if age_s is not None:
            values |= _heard_at(
                row, now_ms - age_s * 1000, now_ms, self._node if node == peer else peer
            )
        key = self._editions.roster.signing_name(node)
        if health is not None and _is_new(row, key, health):
            said = {"number": health.number, "key": key, "word": heard.word, "said_ms": now_ms}
            values |= said
            if self._has_parent():
                self._up.note(node, key, health.number, heard.word)
        if values:
            await _note(session, node, **values)

    def _has_parent(self) -> bool:
        entry = self._editions.roster.nodes.get(self._node)
        return bool(entry and entry.parent)


def _is_new(row: HealthRow | None, key: bytes, health: Health) -> bool:
    """A PC that was replaced has no say in how high its successor must count."""
    return row is None or row.key != key or health.number > row.number


def _heard_at(row: HealthRow | None, heard_ms: int, now_ms: int, by: NodeId) -> dict[str, Any]:
    """The time only rises, but for one that our own clock once put into the future."""
    known = row.heard_ms if row is not None else None
    if known is not None and heard_ms <= known <= now_ms:
        return {}
    return {"heard_ms": heard_ms, "heard_by": by}


async def _note(session: AsyncSession, node: NodeId, **values: Any) -> None:  # noqa: ANN401
    await session.execute(insert_new(session, HealthRow), [_empty(node)])
    await session.execute(update(HealthRow).where(HealthRow.node == node).values(**values))


@cache
def _hearing(dialect: str) -> Any:  # noqa: ANN401
    """Of each node when it was heard and by whom, whether it has said a word or not."""
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = build(_TABLE).execution_options(**BY_KEY)
    heard = {name: statement.excluded[name] for name in ("heard_ms", "heard_by")}
    return statement.on_conflict_do_update(index_elements=[_TABLE.c.node], set_=heard)


def _empty(node: NodeId) -> dict[str, Any]:
    """Of a node that has not said a word yet."""
    return {"node": node, "number": 0, "key": b"", "word": b"", "heard_by": ""}
