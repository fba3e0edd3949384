"""What must be true in the end: after fair contact every promise is kept."""

from collections.abc import Iterable, Sequence

from central.county.supervision.service import Account
from tests.campaign.talk import Failure
from tests.campaign.world import MARK, World

ROUNDS = 6  # of whole exchanges between everybody; two are enough where nothing was lost
_APART_DAYS = 3  # a PC asks the county about what waits for more than two
_DONE = {"received", "complete", "decided", "returned", "rejected"}


async def fair_contact(world: World) -> None:
    """Everybody meets everybody over whole lines, days apart, until every promise is kept.

    Raises:
        Failure: it is not, after as many rounds as anything may take.
    """
    wrong: list[str] = []
    for turn in range(ROUNDS):
        if turn:
            world.pass_days(_APART_DAYS)
            for pc in world.pcs:
                await world.tidy(pc)
        for child in (*world.pcs, world.hub, *world.pcs):
            await world.talk(child)
        world.observe()
        wrong = [*_missing(world), *await _unknown_to_clerks(world)]
        if not wrong:
            break
    ledger = await world.county.county.supervision.ledger()
    wrong += [*_forks(world, ledger), *_unaccounted(world, ledger), *_plaintext(world)]
    if wrong:
        raise Failure("; ".join(wrong))


def _missing(world: World) -> Iterable[str]:
    """Every application that is owed is a case, complete if all its files are owed."""
    cases = {(case.station, case.application): case for case in world.county.disk.cases()}
    for application, facts in world.book.applications.items():
        case = cases.get((facts.station, application))
        owed, complete = world.book.owed(facts)
        if owed and case is None:
            yield f"{facts.name} never became a case"
        elif complete and case is not None and not case.complete:
            yield f"{facts.name} was never completed"


async def _unknown_to_clerks(world: World) -> list[str]:
    """On every PC that knows an application, the clerk sees what the county has done with it.

    Not where two PCs are one station: whichever calls first is told.
    """
    cases = {(case.station, case.application): case for case in world.county.disk.cases()}
    wrong = []
    nodes = [pc.node for pc in world.pcs]
    for pc in [pc for pc in world.pcs if nodes.count(pc.node) == 1]:
        for shown in (await pc.station.status.status(None))["applications"]:
            case = cases.get((pc.node, shown["application"]))
            if case is None:
                continue
            facts = world.book.applications[case.application]
            state = shown["state"]
            if state not in _DONE or (case.decided and state != "decided"):
                wrong.append(f"{pc.name} shows {facts.name} as {state}")
            elif case.complete and state == "received":
                wrong.append(f"{pc.name} does not know that {facts.name} is complete")
    return wrong


def _forks(world: World, ledger: Sequence[Account]) -> Iterable[str]:
    """The alarm is raised for two lives of one PC that both worked, and for nothing else."""
    arrived = world.county.disk.received()
    for account in ledger:
        station, forks = account.station, account.chain.forks
        if forks and not world.book.may_fork(station):
            yield f"station {station} worked in one line, and the ledger shows a fork"
        if not forks and world.book.must_show_fork(station, arrived):
            yield f"two lives of station {station} worked, and the ledger shows no fork"


def _unaccounted(world: World, ledger: Sequence[Account]) -> Iterable[str]:
    """Every number is a case, a repetition, a refusal, or named as missing and excused."""
    numbers = {
        (sealed.envelope.incarnation, sealed.envelope.header.seq): envelope
        for envelope, sealed in world.book.sealed.items()
    }
    for account in ledger:
        missing = [
            (span.incarnation, number)
            for span in account.chain.missing
            for number in range(span.first, span.last + 1)
        ]
        counted = (
            account.received
            + account.control
            + account.duplicates
            + account.quarantined
            + len(missing)
        )
        if counted != account.chain.minted:
            yield f"the ledger counts {counted} of {account.chain.minted} at {account.station}"
        for number in missing:
            if number in numbers and numbers[number] not in world.book.excused:
                yield f"number {number[1]} is missing, and was not lost"


def _plaintext(world: World) -> list[str]:
    """The hub's files hold no word of any application, and no application's id."""
    data = b"".join(path.read_bytes() for path in world.hub.data.rglob("*") if path.is_file())
    marks = [MARK.encode(), *map(bytes.fromhex, world.book.applications)]
    marks += [application.encode() for application in world.book.applications]
    return ["the hub holds plaintext"] if any(mark in data for mark in marks) else []
