"""Imports a table of nodes: all of them with their kits and cards, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from protocol.ids import NodeId
from protocol.roster import Roster
from provisioning.authority import Authority
from provisioning.bulk.answer import card_of
from provisioning.bulk.cards import Card
from provisioning.bulk.check import faults_of, without_county
from provisioning.bulk.names import card_name, kit_name
from provisioning.bulk.table import Fault, read_table
from provisioning.invitation import Invitation, Newcomer


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
    kits: Kits,
    *,
    told: Callable[[int, int], None],
) -> Outcome:
    """Add every node of a table, and make their kits and cards.

    Blocks for about 30 ms a node. ``told`` hears how many of how many are prepared.

    Raises:
        UsageError: no table, or ``kits`` can't be made.
        DiskFullError, StoreError: nothing was added.
    """
    table = without_county(read_table(data), authority.roster())
    faults = faults_of(table, authority.roster(), authority.policy())
    kits.prepare(authority.roster())
    if faults or not table.lines:
        return Outcome(faults=faults)
    newcomers, made = [line.newcomer for line in table.lines], 0
    cards: list[Card] = []

    def one_more() -> None:
        nonlocal made
        made += 1
        told(made, len(newcomers))

    def keep(roster: Roster, invitations: Sequence[Invitation]) -> None:
        cards.extend(card_of(authority, roster, invitation) for invitation in invitations)
        kits.write(cards, invitations)

    authority.add_all(newcomers, keep=keep, told=one_more)
    kits.finish()
    return Outcome(
        nodes=[
            Imported(
                node=card.node,
                newcomer=newcomer,
                kit=kits.root / kit_name(card),
                card=kits.root / card_name(card),
            )
            for card, newcomer in zip(cards, newcomers, strict=True)
        ]
    )
