"""Imports a table of nodes: all of them with their kits and cards, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from protocol.fingerprint import fingerprint
from protocol.ids import NodeId
from protocol.roster import Roster
from provisioning.authority import Authority
from provisioning.bulk.cards import Card
from provisioning.bulk.check import faults_of
from provisioning.bulk.folder import KitFolder, card_name, kit_name
from provisioning.bulk.table import Fault, read_table
from provisioning.invitation import Invitation, Newcomer


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One node that was added."""

    node: NodeId
    newcomer: Newcomer
    kit: Path
    card: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did: nodes, or the faults for which it did nothing."""

    nodes: Sequence[Imported] = ()
    faults: Sequence[Fault] = ()


def import_table(
    authority: Authority,
    data: bytes,
    kits: Path,
    *,
    told: Callable[[int, int], None],
) -> Outcome:
    """Add every node of a table, and write ``kits``, a new folder.

    Blocks for about 30 ms a node. ``told`` hears how many of how many are prepared.

    Raises:
        UsageError: no table, or ``kits`` can't be made.
        DiskFullError, StoreError: nothing was added.
    """
    table = read_table(data)
    faults = faults_of(table, authority.roster(), authority.policy())
    folder = KitFolder(kits)
    folder.prepare(authority.roster())
    if faults or not table.lines:
        return Outcome(faults=faults)
    newcomers, made = [line.newcomer for line in table.lines], 0
    cards: list[Card] = []

    def one_more() -> None:
        nonlocal made
        made += 1
        told(made, len(newcomers))

    def keep(roster: Roster, invitations: Sequence[Invitation]) -> None:
        cards.extend(_card(authority, roster, invitation) for invitation in invitations)
        folder.write(cards, invitations)

    authority.add_all(newcomers, keep=keep, told=one_more)
    folder.finish()
    return Outcome(
        nodes=[
            Imported(
                node=card.node,
                newcomer=newcomer,
                kit=kits / kit_name(card),
                card=kits / card_name(card),
            )
            for card, newcomer in zip(cards, newcomers, strict=True)
        ]
    )


def _card(authority: Authority, roster: Roster, invitation: Invitation) -> Card:
    entry = roster.nodes[invitation.node]
    return Card(
        county=roster.county()[1].name,
        node=invitation.node,
        role=entry.role,
        code=entry.code,
        name=entry.name,
        parent=roster.nodes[NodeId(entry.parent)].name,
        one_time=invitation.code,
        fingerprint=fingerprint(authority.root_public),
    )
