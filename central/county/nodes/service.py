"""The overview of all nodes: who has not been heard of comes first."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from central.county.intake.arrivals import Arrivals
from central.county.nodes.alarms import BEHIND_MS, Measure, NodeSignals, Silence, alarms
from central.county.nodes.records import Records, records
from central.county.nodes.view import Branch, NodeView
from central.county.ports.relay import Nodes
from central.relay.health.nodes import Link, Word
from central.store.engine import Store
from protocol.codec import altered
from protocol.errors import NodeUnknownError
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Health
from protocol.trust.roster import Role, Roster, RosterEntry, State
from protocol.version import PROGRAM

_NO_LINK = Link(heard_ms=None, roster=None, release=None)
_NO_WORD = Word(heard_ms=None, heard_by=NodeId(""), said_ms=None, health=None)


class Directory(Protocol):
    """What the authority alone knows of nodes (provisioning.authority). Both block for the disk."""

    def contacts(self) -> Mapping[NodeId, str]:
        """Whom to call; a node is missing if nobody was named."""
        ...

    def invited_ms(self) -> Mapping[NodeId, int]:
        """Of nodes that have not joined: when their newest code was made."""
        ...

    def suspicions(self) -> Mapping[NodeId, Collection[str]]:
        """Alarms about the kits of nodes."""
        ...


class NoDirectory:
    """For a county whose authority lies elsewhere."""

    def contacts(self) -> Mapping[NodeId, str]:
        """Nobody is named."""
        return {}

    def invited_ms(self) -> Mapping[NodeId, int]:
        """Nothing is known of invitations."""
        return {}

    def suspicions(self) -> Mapping[NodeId, Collection[str]]:
        """Nor of what is wrong with them."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """Everything at one moment, from which each view is made."""

    here: NodeId
    roster: Roster
    records: Records
    contacts: Mapping[NodeId, str]
    invited_ms: Mapping[NodeId, int]
    suspicions: Mapping[NodeId, Collection[str]]
    measure: Measure
    believed: bool  # the county's own date


class NodeWatch:
    """Shows how nodes are doing. It keeps nothing in memory, and writes nothing."""

    def __init__(
        self,
        *,
        node: NodeId,
        store: Store,
        arrivals: Arrivals,
        nodes: Nodes,
        directory: Directory,
        clock: Clock,
        silence: Silence,
        believed: Callable[[], bool] = lambda: True,
    ) -> None:
        self._node, self._store, self._nodes = node, store, nodes
        self._arrivals = arrivals
        self._directory, self._clock, self._silence = directory, clock, silence
        self._believed = believed  # whether the county's date can be believed now

    async def overview(self, *, own: bool = False) -> Sequence[NodeView]:
        """Every hub and station that is not retired.

        Args:
            own: before them the county itself, if it has an alarm.

        Those that should speak come first, the one that was not heard of for longest at the top;
        then those that should not, by division code.
        """
        views = await self._views()
        views = [v for v in views if v.role is not Role.COUNTY or (own and v.alarms)]
        return sorted((v for v in views if v.state is not State.RETIRED), key=_rank)

    async def tree(self) -> Branch:
        """The county, below it hubs and stations, below hubs their stations; by division code.

        Without retired nodes. A node whose parent is not there stands below the county.
        """
        views = {v.node: v for v in await self._views() if v.state is not State.RETIRED}
        below: dict[NodeId | None, list[NodeView]] = {}
        for view in sorted(views.values(), key=lambda view: (view.code, view.node)):
            if view.node != self._node:
                parent = view.parent if view.parent in views else self._node
                below.setdefault(parent, []).append(view)
        return _branch(views[self._node], below)

    async def one(self, node: NodeId) -> NodeView:
        """One node, retired or not.

        Raises:
            NodeUnknownError: it is not on the roster.
        """
        for view in await self._views():
            if view.node == node:
                return view
        raise NodeUnknownError(node)

    async def _views(self) -> list[NodeView]:
        now_ms = self._clock.now_ms()
        found = await self._store.transact(
            partial(records, arrivals=self._arrivals, before_ms=now_ms - BEHIND_MS)
        )
        facts = _Facts(
            here=self._node,
            roster=self._nodes.roster,
            records=found,
            believed=self._believed(),
            contacts=await asyncio.to_thread(self._directory.contacts),
            invited_ms=await asyncio.to_thread(self._directory.invited_ms),
            suspicions=await asyncio.to_thread(self._directory.suspicions),
            measure=Measure(
                now_ms=now_ms,
                program=PROGRAM,
                roster=found.due[Kind.ROSTER],
                release=found.due[Kind.RELEASE],
                silence=self._silence,
            ),
        )
        return [_view(facts, node, entry) for node, entry in facts.roster.nodes.items()]


def _rank(view: NodeView) -> tuple[bool, bool, int, str, NodeId]:
    heard_ms = view.heard_ms if view.heard_ms is not None else -1
    county = view.role is Role.COUNTY
    return (
        not county,
        not view.should_speak,
        heard_ms if view.should_speak else 0,
        view.code,
        view.node,
    )


def _branch(view: NodeView, below: Mapping[NodeId | None, Sequence[NodeView]]) -> Branch:
    return Branch(view=view, below=[_branch(child, below) for child in below.get(view.node, ())])


def _view(facts: _Facts, node: NodeId, entry: RosterEntry) -> NodeView:
    found, now_ms = facts.records, facts.measure.now_ms
    link = found.links.get(node, _NO_LINK)
    word = _less(found.words.get(node, _NO_WORD), entry, found.arrived.get(node, 0))
    health = word.health
    heard_ms, heard_by = (now_ms, node) if node == facts.here else _heard(facts, link, word)
    oldest_ms = _oldest_ms(word)
    release = _newest(link.release, health.release if health else None)
    view = NodeView(
        node=node,
        role=entry.role,
        state=entry.state,
        code=entry.code,
        name=entry.name,
        parent=NodeId(entry.parent) if entry.parent else None,
        url=entry.url,
        contact=facts.contacts.get(node, ""),
        heard_ms=heard_ms,
        heard_age_s=_age_s(heard_ms, now_ms),
        heard_by=heard_by,
        said_ms=word.said_ms,
        program=health.program if health else PROGRAM if node == facts.here else "",
        roster=_newest(link.roster, health.roster if health else None),
        release=release,
        releases_behind=None if release is None else _newer(found.releases, release),
        waiting=health.waiting if health else None,
        waiting_bytes=health.waiting_bytes if health else None,
        oldest_ms=oldest_ms,
        oldest_age_s=_age_s(oldest_ms, now_ms),
        clock_error_ms=health.clock_error_ms if health else None,
        free_mib=health.free_mib if health else None,
        authority=health.authority.hex() if health else "",
    )
    return replace(view, alarms=alarms(view, _signals(facts, node, health), facts.measure))


def _signals(facts: _Facts, node: NodeId, health: Health | None) -> NodeSignals:
    return NodeSignals(
        conditions=health.conditions if health else (),
        forks=facts.records.forks.get(node, 0),
        invited_ms=facts.invited_ms.get(node),
        clock_jumped=node == facts.here and not facts.believed,
        suspicions=facts.suspicions.get(node, ()),
    )


def _heard(facts: _Facts, link: Link, word: Word) -> tuple[int | None, NodeId | None]:
    """By the county itself, or by a hub that says so; whichever is later."""
    if word.heard_ms is None or (link.heard_ms or 0) >= word.heard_ms:
        return link.heard_ms, None if link.heard_ms is None else facts.here
    return word.heard_ms, word.heard_by


def _age_s(at_ms: int | None, now_ms: int) -> int | None:
    return None if at_ms is None else max(0, now_ms - at_ms) // 1000


def _newest(*versions: int | None) -> int | None:
    """Versions never fall, so the higher one was told later."""
    return max((version for version in versions if version is not None), default=None)


def _newer(releases: Sequence[int], held: int) -> int:
    return len(releases) - bisect_right(releases, held)


def _less(word: Word, entry: RosterEntry, arrived: int) -> Word:
    """What a station said, less what has come from it since: a receipt makes its queue shorter."""
    health = word.health
    if health is None or entry.role is not Role.STATION or not arrived:
        return word
    left = max(0, health.waiting - arrived)
    waiting_bytes = health.waiting_bytes if left else 0
    return replace(word, health=altered(health, waiting=left, waiting_bytes=waiting_bytes))


def _oldest_ms(word: Word) -> int | None:
    """As old as it said, when it said so."""
    if word.health is None or word.said_ms is None or not word.health.waiting:
        return None
    return word.said_ms - word.health.oldest_s * 1000
