"""Imports a table of nodes: all of them with their kits and cards, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from protocol.errors import UsageError
from protocol.ids import NodeId
from protocol.trust.roster import Roster, State
from provisioning.authority import Authority
from provisioning.bulk.cards import Card
from provisioning.bulk.causes import Cause, causes_of
from provisioning.bulk.check import faults_of, without_county
from provisioning.bulk.invited import card_of
from provisioning.bulk.names import card_name, kit_name
from provisioning.bulk.table import Fault, Line, read_table
from provisioning.invitation import Invitation, NewNode


class Kits(Protocol):
    """Where kits and cards go: a folder, or memory for somebody who fetches them by browser."""

    root: Path  # what their names are below

    def prepare(self, roster: Roster) -> None:
        """Make sure that they can be written."""
        ...

    def write(self, cards: Sequence[Card], invitations: Sequence[Invitation]) -> None:
        """Keep all of them, before the roster changes."""
        ...

    def finish(self) -> None:
        """The roster has changed: they count from now on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One node that was added."""

    node: NodeId
    newcomer: NewNode
    kit: Path
    card: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did: nodes, or the faults for which it did nothing."""

    nodes: Sequence[Imported] = ()
    faults: Sequence[Fault] = ()
    causes: Sequence[Cause] = ()  # the same by what is to be mended
    unknown: Sequence[str] = ()  # headings of columns that were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do."""

    lines: Sequence[Line]
    found: Outcome


def check_table(authority: Authority, data: bytes, *, anyway: bool = False) -> Preview:
    """Read a table and check all of it; nothing is added. ``anyway``: as :func:`import_table`.

    Raises:
        UsageError: no table, or nothing in it.
    """
    table = without_county(read_table(data, anyway=anyway), authority.roster())
    if not (table.lines or table.faults):
        raise UsageError("表里没有要登记的节点：表头下面没有内容")
    faults = faults_of(table, authority.roster(), authority.policy())
    found = Outcome(faults=faults, causes=causes_of(table, faults), unknown=table.unknown)
    return Preview(lines=table.lines, found=found)


def import_table(
    authority: Authority,
    data: bytes,
    kits: Kits,
    *,
    told: Callable[[int, int], None],
    anyway: bool = False,
) -> Outcome:
    """Add every node of a table, and make their kits and cards.

    Blocks for about 30 ms a node. ``told`` hears how many of how many are prepared. ``anyway``:
    stations may stand below the hub of another township.

    Raises:
        UsageError: no table, or ``kits`` can't be made.
        DiskFullError, StoreError: nothing was added.
    """
    preview = check_table(authority, data, anyway=anyway)
    kits.prepare(authority.roster())
    if preview.found.faults or not preview.lines:
        return preview.found
    newcomers = [line.newcomer for line in preview.lines]
    cards: list[Card] = []

    def keep(roster: Roster, invitations: Sequence[Invitation]) -> None:
        cards.extend(card_of(authority, roster, invitation) for invitation in invitations)
        kits.write(cards, invitations)

    authority.invitations.add_all(
        newcomers, keep=keep, told=_counting(told, len(newcomers)), unique=True
    )
    kits.finish()
    added = [_imported(card, one, kits) for card, one in zip(cards, newcomers, strict=True)]
    return Outcome(nodes=added, unknown=preview.found.unknown)


def _imported(card: Card, newcomer: NewNode, kits: Kits) -> Imported:
    return Imported(
        node=card.node,
        newcomer=newcomer,
        kit=kits.root / kit_name(card),
        card=kits.root / card_name(card),
    )


def reissue(
    authority: Authority,
    nodes: Sequence[NodeId],
    kits: Kits,
    *,
    told: Callable[[int, int], None],
) -> Outcome:
    """New codes, kits and cards for nodes that have not joined, all or none.

    Without ``nodes`` for every such node. The codes of before are good no more.

    Raises:
        NodeUnknownError, AlreadyJoinedError: one of them can't be invited again.
        UsageError: ``kits`` can't be made.
        DiskFullError, StoreError: nothing was changed.
    """
    roster = authority.roster()
    invited = [node for node, entry in roster.nodes.items() if entry.state is State.INVITED]
    wanted = list(nodes) or sorted(invited, key=lambda node: roster.nodes[node].code)
    kits.prepare(roster)
    cards: list[Card] = []

    def keep(roster: Roster, invitations: Sequence[Invitation]) -> None:
        cards.extend(card_of(authority, roster, invitation) for invitation in invitations)
        kits.write(cards, invitations)

    if wanted:
        authority.invitations.invite_all_again(wanted, keep=keep, told=_counting(told, len(wanted)))
        kits.finish()
    return Outcome(
        nodes=[
            Imported(
                node=card.node,
                newcomer=NewNode(role=card.role, code=card.code, name=card.name),
                kit=kits.root / kit_name(card),
                card=kits.root / card_name(card),
            )
            for card in cards
        ]
    )


def _counting(told: Callable[[int, int], None], total: int) -> Callable[[], None]:
    made = 0

    def one_more() -> None:
        nonlocal made
        made += 1
        told(made, total)

    return one_more
