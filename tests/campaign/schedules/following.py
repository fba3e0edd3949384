"""How what follows an application is sent; importing this teaches it to ``happen``."""

from pathlib import Path

from protocol.errors import (
    ApplicationUnknownError,
    NodeDrainingError,
    NodeStoppedError,
)
from protocol.ids import ApplicationId
from protocol.records.followups import (
    Delivered,
    Letter,
    LetterKind,
    Rating,
    Said,
    Subject,
    Supplement,
    Telling,
    Way,
    Withdrawal,
)
from runtime.actor import PROGRAM
from station_agent.followups.calls import SendFollowUp
from tests.builders.disks.power import PowerCut
from tests.campaign.commands import happen
from tests.campaign.judging.book import Followed
from tests.campaign.judging.content import bytes_for
from tests.campaign.judging.promises import Breach, Failure, Promise
from tests.campaign.nodes import Pc
from tests.campaign.power import Moment
from tests.campaign.registry import WITHDRAWN
from tests.campaign.schedules.followed import Follow
from tests.campaign.world import MARK, World
from tests.central.county.village import MATERIAL

_SMALL = 40  # bytes of a supplement's file that was drawn without one


@happen.register
async def follow(action: Follow, world: World) -> None:
    if (pc := world.pc(action.pc)) is None:
        return
    if (name := _named(action, world, pc)) is None:
        return
    if action.moment:
        pc.power.plan(0, Moment(action.moment))
    await _send(world, pc, name)
    if action.moment:
        await world.come_back(pc)


def _named(action: Follow, world: World, pc: Pc) -> str | None:
    """Id of what is to be sent, which stands in the book from then on; None: there is nothing."""
    book = world.book
    if action.again:
        sent = [name for name, facts in book.followed.items() if facts.station == pc.node]
        return sent[action.number % len(sent)] if sent else None
    known = [name for name, facts in book.applications.items() if facts.station == pc.node]
    alone = action.kind == "letter" and action.number % 2 == 1
    if not known and not alone:
        return None
    name = world.randomness.token(16).hex()
    size = action.size or (_SMALL if action.kind == "supplement" else 0)
    book.followed[name] = Followed(
        station=pc.node,
        application="" if alone else known[action.number % len(known)],
        subject=_subject(action.kind, f"{MARK}{len(book.followed)}"),
        file=bytes_for(MARK, name, size),
    )
    return name


async def _send(world: World, pc: Pc, name: str) -> None:
    facts = world.book.followed[name]
    wanted = SendFollowUp(
        follow_up=ApplicationId(name),
        application=facts.application,
        said=Said(subject=facts.subject),
        files=[(MATERIAL, _on_disk(world, facts.file))] if facts.file else [],
    )
    closed, before = pc.roster.nodes[pc.identity.node].state in WITHDRAWN, pc.disk.queue()
    try:
        await pc.station.follow_ups.send(PROGRAM, wanted)
    except (ApplicationUnknownError, PowerCut):
        return  # a PC that was put back does not know the application
    except (NodeDrainingError, NodeStoppedError):
        if closed:
            return
        raise Failure(
            [Breach(Promise.WITHDRAWN, f"{pc.name} may work, and sends nothing")]
        ) from None
    if closed and pc.disk.queue() != before:
        raise Failure([Breach(Promise.WITHDRAWN, f"{pc.name} is withdrawn, and sends on")])
    facts.reported = True


def _subject(kind: str, words: str) -> Subject:
    made: dict[str, Subject] = {
        "supplement": Supplement(words=words),
        "withdrawal": Withdrawal(by=words),
        "telling": Telling(what=Delivered.TOLD, way=Way.IN_PERSON, person=words),
        "rating": Rating(level=1 + len(words) % 5, words=words),
        "letter": Letter(kind=LetterKind.COMPLAINT, words=words),
    }
    return made[kind]


def _on_disk(world: World, content: bytes) -> Path:
    path = world.folder / "followed.jpg"
    path.write_bytes(content)
    return path
