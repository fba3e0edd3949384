"""How each action happens. What can't happen, because nobody is there any more, does not."""

import asyncio
from functools import singledispatch
from pathlib import Path

from protocol.errors import (
    ApplicationTakenError,
    CatalogueMissingError,
    NodeDrainingError,
    NodeStoppedError,
    StickMissingError,
)
from protocol.exchange.messages import EditionNews
from protocol.ids import ApplicationId, Instance
from protocol.limits import TIME_S
from protocol.trust.edition import Kind, changes
from protocol.trust.time_statement import sign_time
from station_agent.intake.calls import Submission
from tests.builders.disks.power import PowerCut
from tests.builders.lines.links import Line
from tests.campaign.judging.content import decision_for, paper_for
from tests.campaign.judging.promises import Breach, Failure, Promise
from tests.campaign.nodes import Machine, Pc
from tests.campaign.power import Moment
from tests.campaign.registry import WITHDRAWN
from tests.campaign.schedules import actions
from tests.campaign.world import DAY_MS, MARK, World
from tests.central.county.village import ITEM, MATERIAL


@singledispatch
async def happen(action: actions.Action, world: World) -> None:
    """Let ``action`` happen to ``world``.

    Raises:
        Failure: the promise is broken, or a program is.
    """
    raise TypeError(action)


@happen.register
async def submit(action: actions.Submit, world: World) -> None:
    if pc := world.pc(action.pc):
        await _hand_in(world, pc, world.randomness.token(16).hex(), action.size)


@happen.register
async def submit_again(action: actions.SubmitAgain, world: World) -> None:
    if pc := world.pc(action.pc):
        known = [
            name for name, facts in world.book.applications.items() if facts.station == pc.node
        ]
        if known:
            await _hand_in(world, pc, known[action.number % len(known)], action.size)


@happen.register
async def submit_in_the_dark(action: actions.SubmitInTheDark, world: World) -> None:
    if pc := world.pc(action.pc):
        pc.power.plan(0, Moment(action.moment))
        await _hand_in(world, pc, world.randomness.token(16).hex(), action.size)
        await world.come_back(pc)


async def _hand_in(world: World, pc: Pc, name: str, size: int) -> None:
    paper = paper_for(MARK, name, size)
    world.book.hand_in(pc.node, name, f"{MARK}{len(world.book.applications)} of {pc.name}", paper)
    submission = Submission(
        application=ApplicationId(name),
        item=ITEM,
        form=paper.form,
        files=[(MATERIAL, _on_disk(world, paper.file))] if size else [],
    )
    closed, before = pc.roster.nodes[pc.identity.node].state in WITHDRAWN, pc.disk.queue()
    try:
        await pc.station.intake.submit(submission)
    except (CatalogueMissingError, ApplicationTakenError, PowerCut):
        return
    except (NodeDrainingError, NodeStoppedError):
        if closed:
            return
        raise Failure(
            [Breach(Promise.WITHDRAWN, f"{pc.name} may work, and seals nothing")]
        ) from None
    if closed and pc.disk.queue() != before:  # a draft sealed before is answered as it was then
        raise Failure([Breach(Promise.WITHDRAWN, f"{pc.name} is withdrawn, and seals on")])
    world.book.applications[name].reported = True


def _on_disk(world: World, content: bytes) -> Path:
    """What somebody hands over as a file."""
    path = world.folder / "paper.jpg"
    path.write_bytes(content)
    return path


@happen.register
async def exchange(action: actions.Exchange, world: World) -> None:
    child = world.machines.get(action.child)
    if child is not None and child is not world.county:
        line = Line(
            cut_up=action.cut_up,
            cut_down=action.cut_down,
            half_duplex=action.half_duplex,
            loses_what_is_under_way=action.loses,
            pieces_up=(action.piece,),
            pieces_down=(action.piece,),
        )
        await world.talk(child, line, straight=action.straight)


@happen.register
async def exchange_in_the_dark(action: actions.ExchangeInTheDark, world: World) -> None:
    child, victim = world.machines.get(action.child), world.machines.get(action.victim)
    if child is not None and victim is not None and child is not world.county:
        victim.power.plan(action.left, Moment(action.moment))
        await world.talk(child, Line(half_duplex=action.half_duplex))
        await world.come_back(victim)


@happen.register
async def meanwhile(action: actions.Meanwhile, world: World) -> None:
    each = {pc.node: pc for pc in world.pcs}
    up = [world.talk(hub, Line(cut_up=action.cut_up)) for hub in world.hubs]
    await asyncio.gather(*(world.talk(pc) for pc in each.values()), *up)


@happen.register
async def restart(action: actions.Restart, world: World) -> None:
    if machine := world.machines.get(action.node):
        await machine.close()
        await world.open(machine)


@happen.register
async def cut_power(action: actions.CutPower, world: World) -> None:
    if machine := world.machines.get(action.node):
        await machine.cut()
        await world.open(machine)


@happen.register
async def copy(action: actions.Copy, world: World) -> None:
    if machine := world.machines.get(action.node):
        path = world.new_name(action.node)
        machine.copy_to(path)
        notes = world.notes_of(action.node).copy()
        world.copies.setdefault(action.node, []).append((path, notes))
        if machine is world.county:
            world.office.copied(world, path)


@happen.register
async def restore(action: actions.Restore, world: World) -> None:
    machine, copies = world.machines.get(action.node), world.copies.get(action.node)
    if machine is not None and copies:
        path, notes = copies[-1 - action.copy % len(copies)]
        if machine is world.county:
            world.put_back_by_hand = True
            await world.office.put_back(world, path)
            return
        world.notes[action.node] = notes.copy()
        if isinstance(machine, Pc):
            world.memory_lost(machine.node)
        elif not action.anew:
            world.put_back_by_hand = True
        await world.lose_disk(machine, path, anew=action.anew)


@happen.register
async def backup(_: actions.Backup, world: World) -> None:
    await world.office.back_up(world)


@happen.register
async def restore_backup(action: actions.RestoreBackup, world: World) -> None:
    await world.office.restore(world, action.number)


@happen.register
async def replace(action: actions.Replace, world: World) -> None:
    machine = world.machines.get(action.node)
    if machine is world.county:
        await world.office.begin_empty(world)
    elif machine in world.hubs:
        await world.lose_disk(machine, world.places.template(action.node), anew=True)


@happen.register
async def lose_database(action: actions.LoseDatabase, world: World) -> None:
    if pc := world.pc(action.pc):
        before = world.kept(pc)
        await pc.close()
        for path in pc.data.glob("station.db*"):
            path.unlink()
        await world.open(pc)
        world.memory_lost(pc.node)
        if before - world.kept(pc):
            how = f"the journal of {pc.name} did not bring back what was queued"
            raise Failure([Breach(Promise.SAVED, how)])


@happen.register
async def clone(action: actions.Clone, world: World) -> None:
    pc, twin = world.pc(action.pc), action.pc + "b"
    if (
        pc is not None
        and not action.pc.endswith("b")
        and twin not in world.machines
        and world.registry.is_plain(pc.node)
    ):
        other = world.new_pc(twin, pc.node)
        pc.copy_to(other.data)
        world.machines[twin] = other
        world.notes[twin] = world.notes_of(action.pc).copy()
        world.memory_lost(pc.node)
        await world.open(other)


@happen.register
async def set_clock(action: actions.SetClock, world: World) -> None:
    if machine := world.machines.get(action.node):
        machine.clock.set(action.now_ms)


@happen.register
async def wrong_county(action: actions.WrongCounty, world: World) -> None:
    pc = world.pc(action.pc)
    if pc is None:
        return
    world.county_was_wrong = True
    world.pass_s(TIME_S)  # so that it signs a new one
    world.county.clock.jump(action.days * DAY_MS)
    for child in (*world.hubs, pc):
        await world.talk(child)
    world.county.clock.jump(-action.days * DAY_MS)
    await world.tidy(pc)


@happen.register
async def old_time(action: actions.OldTime, world: World) -> None:
    pc = world.pc(action.pc)
    if pc is None or (held := pc.station.upkeep.housekeeping.trusted.held) is None:
        return
    said = sign_time(
        world.county.relay.identity.keys.signer,
        instance=Instance(held.statement.instance),
        n=held.statement.n,
        at_ms=held.statement.at_ms + 400 * DAY_MS,
    )
    timekeeping = pc.station.exchanges.stores.timekeeping
    await pc.station.database.write(lambda tx: timekeeping.take(tx, said, hint_ms=None))
    if pc.station.upkeep.housekeeping.trusted.signed != held.signed:
        how = f"{pc.name} took a time under a number that it had heard"
        raise Failure([Breach(Promise.FORWARD, how)])


@happen.register
async def pass_days(action: actions.Days, world: World) -> None:
    world.pass_days(action.count)
    for pc in world.pcs:
        await world.tidy(pc)


@happen.register
async def tidy(action: actions.Tidy, world: World) -> None:
    if pc := world.pc(action.pc):
        await world.tidy(pc)


@happen.register
async def new_roster(_: actions.NewRoster, world: World) -> None:
    await world.office.publish_roster(world)


@happen.register
async def new_release(_: actions.NewRelease, world: World) -> None:
    await world.office.publish_release(world)


@happen.register
async def old_news(action: actions.OldNews, world: World) -> None:
    machine = world.machines.get(action.node)
    if machine is None or machine is world.county:
        return
    roster = world.places.rosters[0].edition
    news = EditionNews(
        kind=Kind.ROSTER,
        version=roster.version,
        base=0,
        proof=roster.proof,
        body=changes({}, roster.entries),
    )
    held = _roster_at(machine)
    exchange_store = machine.exchange_store_for(world.parent_of(machine).node)  # type: ignore[attr-defined]
    await exchange_store.greeting()
    await exchange_store.store(world.randomness.token(8), 1, [news])
    await exchange_store.parted(clean=False)
    if _roster_at(machine) < held:
        raise Failure([Breach(Promise.FORWARD, f"{machine.name} took an older roster")])


def _roster_at(machine: Machine) -> int:
    if isinstance(machine, Pc):
        return machine.disk.roster_at_station()
    return machine.disk.roster_at_server()


@happen.register
async def decide(action: actions.Decide, world: World) -> None:
    undecided = [case for case in world.county.disk.cases() if not case.decided]
    if undecided:
        case = undecided[action.number % len(undecided)]
        world.counts["(decisions)"] += 1
        decided = decision_for(MARK, world.counts["(decisions)"])
        await world.county.county.flows.decide(
            case.number,
            outcome=decided.outcome,
            note=decided.note,
            attach=[_on_disk(world, decided.file)] if decided.file else [],
        )
        world.book.applications[case.application].decisions[decided.note] = decided


@happen.register
async def stick_out(action: actions.StickOut, world: World) -> None:
    if machine := world.machines.get(action.node):
        path = world.new_name(f"stick-of-{action.node}")
        path.mkdir(parents=True)
        await machine.stick.export(path, None, lambda _: None)
        world.sticks.append(path)


@happen.register
async def stick_in(action: actions.StickIn, world: World) -> None:
    machine = world.machines.get(action.node)
    if machine is None or not world.sticks:
        return
    path = world.sticks[-1 - action.number % len(world.sticks)]
    if action.spoiled:
        for file in sorted(path.rglob("*.*"))[:: action.spoiled]:
            file.write_bytes(file.read_bytes()[:-1])
    try:
        await machine.stick.take_in(path, lambda _: None)
    except StickMissingError:
        return  # there was nothing to pack
    world.counts["(sticks taken in)"] += 1
