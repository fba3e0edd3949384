"""What is owed of what followed applications, and what the county and clerks must show of it."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from protocol.errors.clerk import FollowUpWithdrawnError
from protocol.json_values import to_json
from runtime.actor import PROGRAM
from station_agent.followups.calls import ShowFollowUps
from tests.campaign.judging.content import plain_of
from tests.campaign.judging.promises import Breach, Promise
from tests.campaign.nodes import Pc

if TYPE_CHECKING:
    from tests.campaign.world import World

_TOLD = {"received", "complete", "rejected"}


def excuse_withdrawn(world: "World") -> None:
    """What a withdrawn or replaced PC sent is refused outright: its successor says it again."""
    for station, envelope, code in world.county.disk.refused():
        sealed = world.book.sealed.get(envelope)
        if sealed is None or not sealed.follow_up or code != FollowUpWithdrawnError.code:
            continue
        if station in world.withdrawn:
            world.book.excused |= sealed.pieces


def missing(world: "World") -> Iterator[Breach]:
    """All that is owed has come, with its files if these are owed."""
    there = {(one.station, one.follow_up): one for one in world.county.disk.followed()}
    for name, facts in world.book.followed.items():
        one, (owed, complete) = there.get((facts.station, name)), world.book.owed(facts)
        if owed and one is None:
            yield Breach(Promise.ARRIVES, f"{_said(facts.subject)} never came")
        elif complete and one is not None and not one.complete:
            yield Breach(Promise.COMPLETES, f"{_said(facts.subject)} was never completed")


def wrong(world: "World") -> Iterator[Breach]:
    """Each says what was sent, of its own application, with its own file."""
    for one in world.county.disk.followed():
        facts = world.book.followed.get(one.follow_up)
        if facts is None or facts.station != one.station:
            yield Breach(Promise.ONE_EFFECT, f"{one.follow_up} is of no clerk")
            continue
        name = _said(facts.subject)
        if one.subject != to_json(facts.subject):
            yield Breach(Promise.CONTENT, f"{name} has other words")
        if one.application != facts.application:
            yield Breach(Promise.CONTENT, f"{name} is about another application")
        digests = [hashlib.sha256(facts.file).digest()] if facts.file else []
        for files in one.files.values():
            if [file.sha256 for file in files] != digests:
                yield Breach(Promise.CONTENT, f"{name} has a file of another")
        if one.complete and facts.file and facts.file not in _contents(world, one.files.values()):
            yield Breach(Promise.CONTENT, f"a file of {name} is not what was sent")


def _contents(world: "World", found: Iterable[list]) -> set[bytes]:  # type: ignore[type-arg]
    return {plain_of(world, file) for files in found for file in files}


async def unknown_to_clerks(world: "World", pcs: Iterable[Pc]) -> list[Breach]:
    """On each of ``pcs`` that knows one, the clerk sees that the county has it."""
    there = {(one.station, one.follow_up): one for one in world.county.disk.followed()}
    broken = []
    for pc in pcs:
        for shown in await pc.station.follow_ups.shown(PROGRAM, ShowFollowUps()):
            one = there.get((pc.node, shown.follow_up))
            if one is None:
                continue
            if shown.state not in _TOLD or (one.complete and shown.state == "received"):
                how = f"{pc.name} shows {shown.about} as {shown.state}"
                broken.append(Breach(Promise.TOLD, how))
    return broken


def _said(subject: object) -> str:
    return str(to_json(subject))
