"""What must be true in the end: after fair contact every promise is kept."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from central.county.reconciliation.service import Account
from protocol.trust.certificate import authority_name
from runtime.node.certificate import wants_certificate
from station_agent.store import station
from tests.builders.clerk import status_of
from tests.campaign.judging import followed
from tests.campaign.judging.content import wrong_at_clerk, wrong_at_county
from tests.campaign.judging.promises import Breach, Promise, require_all
from tests.campaign.nodes import Pc
from tests.campaign.schedules.orders import judge_all, set_limit
from tests.campaign.world import MARK, World

ROUNDS = 6  # of whole exchanges between everybody; two are enough where nothing was lost
_APART_DAYS = 3  # a PC asks the county about what waits for more than two
_DONE = {"received", "complete", "decided", "returned", "rejected"}
_ANSWERED = {"decided", "returned"}


async def fair_contact(world: World) -> None:
    """Everybody meets everybody over whole lines until every promise is kept.

    At first no slow job runs: what a PC asks again every day would heal, a day late, what the
    exchange itself should have got right. What a disk that was set back had been told comes with
    the slow jobs, and so does what a server lost that somebody put back by hand.

    Raises:
        Failure: it is not, after as many rounds as anything may take.
    """
    await _under_limits(world)
    if not world.put_back_by_hand:
        await _meet(world, _owed_at_once, days=0)
    if world.put_back_by_hand or await _owed(world):
        await _meet(world, _owed, days=_APART_DAYS)
    if world.registry.succeeds:
        await _meet(world, _uncertified, days=_APART_DAYS)
    if list(_outdated(world)):  # a county that began empty learns from a child how far it was
        await _meet(world, _behind, days=0)
    ledger = await world.county.county.reconciliation.ledger()
    require_all([*_forks(world, ledger), *_unaccounted(world, ledger), *_plaintext(world)])
    require_all([*wrong_at_county(world), *followed.wrong(world)])
    require_all([*await _wrong_at_clerks(world), *_outdated(world)])


async def _under_limits(world: World) -> None:
    """Without files, applications arrive all the same; then the county lifts its limits."""
    limits = set(world.registry.limits.values())
    if "blobs" in limits and "link" not in limits and not world.put_back_by_hand:
        await _meet(world, _cases_owed, days=0)
    for node in world.registry.limits:
        await set_limit(world, node, "")


async def _meet(
    world: World, owed: Callable[[World], Awaitable[list[Breach]]], *, days: int
) -> None:
    """Rounds of exchanges, each after so many days, until nothing is owed."""
    wrong: list[Breach] = []
    for _ in range(ROUNDS):
        if days:
            world.pass_days(days)
            for pc in world.pcs:
                await world.tidy(pc)
        for child in (*world.pcs, *world.hubs):
            await world.talk(child)
        await _people_look(world)
        for child in world.pcs:
            await world.talk(child)
        world.observe()
        if not (wrong := await owed(world)):
            return
    require_all(wrong)


async def _people_look(world: World) -> None:
    """At what lies in the review queue; and whoever has another PC is told what was decided."""
    if world.registry.is_open:
        await judge_all(world)
        await world.county.county.handover.look()
        for hub in world.hubs:
            await world.talk(hub)


async def _cases_owed(world: World) -> list[Breach]:
    return [breach for breach in _missing(world) if breach.promise is Promise.ARRIVES]


async def _owed_at_once(world: World) -> list[Breach]:
    straight = [pc for pc in _callers(world) if world.notes_of(pc.name).straight]
    return [*_missing(world), *await _unknown_to_clerks(world, straight)]


async def _owed(world: World) -> list[Breach]:
    """Not where two PCs are one station: whichever calls first is told."""
    nodes = [pc.node for pc in world.pcs]
    single = [pc for pc in _callers(world) if nodes.count(pc.node) == 1]
    untold = [breach for pc in single for breach in await _untold_successor(world, pc)]
    ledger = await world.county.county.reconciliation.ledger()
    return [
        *_missing(world),
        *await _unknown_to_clerks(world, single),
        *untold,
        *_unaccounted(world, ledger),  # what asked the county, and was lost with it, comes again
    ]


async def _uncertified(world: World) -> list[Breach]:
    """Whoever may call shows a certificate of the TLS authority in use, or waits for one of it."""
    wrong = []
    for pc in _callers(world):
        identity, roster = pc.identity, pc.roster
        in_use = authority_name(roster.authorities(identity.ca)[0])
        asked = await pc.station.database.read(lambda tx: station.read_state(tx).certify_of)
        if wants_certificate(identity, roster) and asked != in_use:
            wrong.append(Breach(Promise.CERTIFIED, f"{pc.name} has no certificate that counts"))
    return wrong


def _callers(world: World) -> list[Pc]:
    """PCs that may call: not those that the county has stopped."""
    return [pc for pc in world.pcs if not world.registry.is_stopped(pc.node)]


async def _untold_successor(world: World, pc: Pc) -> list[Breach]:
    """A PC that replaced another shows what was decided about the applications of both."""
    if pc.node not in world.registry.replaced:
        return []
    shown = {one["application"] for one in (await status_of(pc.station))["applications"]}
    decided = [case for case in world.county.disk.cases() if case.decided]
    return [
        Breach(Promise.TOLD, f"the new {pc.name} does not know of case {case.number}")
        for case in decided
        if case.station == pc.node and case.application not in shown
    ]


async def _behind(world: World) -> list[Breach]:
    return list(_outdated(world))


def _outdated(world: World) -> Iterable[Breach]:
    """Whoever may call has the newest roster and release of the county."""
    newest = world.county.disk.editions_at_server()
    for machine in (*world.hubs, *_callers(world)):
        disk = machine.disk
        pc = isinstance(machine, Pc)
        held = disk.editions_at_station() if pc else disk.editions_at_server()
        for kind in newest:
            if held.get(kind) != newest[kind]:
                how = f"{machine.name} has {kind} {held.get(kind, (0,))[0]}, not {newest[kind][0]}"
                yield Breach(Promise.CURRENT, how)


def _missing(world: World) -> Iterable[Breach]:
    """Every application that is owed is a case, complete if all its files are owed."""
    cases = {(case.station, case.application): case for case in world.county.disk.cases()}
    for application, facts in world.book.applications.items():
        case = cases.get((facts.station, application))
        owed, complete = world.book.owed(facts)
        if owed and case is None:
            yield Breach(Promise.ARRIVES, f"{facts.name} never became a case")
        elif complete and case is not None and not case.complete:
            yield Breach(Promise.COMPLETES, f"{facts.name} was never completed")
    yield from followed.missing(world)


async def _unknown_to_clerks(world: World, pcs: Sequence[Pc]) -> list[Breach]:
    """On each of ``pcs`` that knows an application, the clerk sees what the county did with it."""
    cases = {(case.station, case.application): case for case in world.county.disk.cases()}
    wrong = []
    for pc in pcs:
        for shown in (await status_of(pc.station))["applications"]:
            case = cases.get((pc.node, shown["application"]))
            if case is None:
                continue
            facts = world.book.applications[case.application]
            state = shown["state"]
            if state not in _DONE or (case.decided and state not in _ANSWERED):
                wrong.append(Breach(Promise.TOLD, f"{pc.name} shows {facts.name} as {state}"))
            elif case.complete and state == "received":
                how = f"{pc.name} does not know that {facts.name} is complete"
                wrong.append(Breach(Promise.TOLD, how))
    return [*wrong, *await followed.unknown_to_clerks(world, pcs)]


async def _wrong_at_clerks(world: World) -> list[Breach]:
    nodes = [pc.node for pc in world.pcs]
    wrong = []
    for pc in world.pcs:
        stays = not world.put_back_by_hand and not world.registry.is_stopped(pc.node)
        single = nodes.count(pc.node) == 1 and stays
        wrong += await wrong_at_clerk(world, pc, whole=single)
    return wrong


def _forks(world: World, ledger: Sequence[Account]) -> Iterable[Breach]:
    """The alarm is raised for two lives of one PC that both worked, and for nothing else."""
    arrived = world.county.disk.received()
    for account in ledger:
        station, forks = account.station, account.chain.forks
        if forks and not world.book.may_fork(station):
            yield Breach(Promise.FORKS, f"{station} worked in one line, and a fork shows")
        if not forks and world.book.must_show_fork(station, arrived):
            yield Breach(Promise.FORKS, f"two lives of {station} worked, and no fork shows")


def _unaccounted(world: World, ledger: Sequence[Account]) -> Iterable[Breach]:
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
            + account.follow_ups
            + account.control
            + account.duplicates
            + account.quarantined
            + account.review
            + account.awaiting
            + len(missing)
        )
        if counted != account.chain.sealed_count:
            how = f"{counted} of {account.chain.sealed_count} counted at {account.station}"
            yield Breach(Promise.LEDGER, how)
        for number in missing:
            if number in numbers and numbers[number] not in world.book.excused:
                how = f"number {number[1]} is missing, and was not lost"
                yield Breach(Promise.LEDGER, how)


def _plaintext(world: World) -> list[Breach]:
    """The hub's files hold no word of any application, and no application's id.

    Nor do the files of a PC, whose vault is locked, nor any log.
    """
    data = b"".join(_everything_in(hub.data) for hub in world.hubs)
    ids = [*world.book.applications, *world.book.followed]
    marks = [MARK.encode(), *map(bytes.fromhex, ids), *map(str.encode, ids)]
    found = any(mark in data for mark in marks)
    wrong = [Breach(Promise.UNREAD, "the hub holds plaintext")] if found else []
    wrong += [
        Breach(Promise.SILENT, f"{pc.name} holds plaintext")
        for pc in world.pcs
        if MARK.encode() in _everything_in(pc.data)
    ]
    return [*wrong, *(Breach(Promise.SILENT, f"a log says {line}") for line in world.overheard)]


def _everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
