"""How the affairs of the administrator happen; importing this teaches them to ``happen``."""

from collections.abc import Awaitable, Callable

from central.county.keys.calls import Key
from central.county.keys.orders import KeyOrders
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    ApplicationTakenError,
    NodeStateError,
    RekeyError,
    RekeyUnsafeError,
    ReviewUnknownError,
)
from protocol.ids import EnvelopeId, NodeId
from protocol.trust.roster import Role, Roster, RosterEntry, State
from provisioning.audit.record import AuditRecord
from provisioning.lifecycle import changes
from tests.campaign.commands import happen
from tests.campaign.nodes import Pc
from tests.campaign.places import HUBS, DirectJoining, join
from tests.campaign.schedules import affairs
from tests.campaign.shutters import BUDGETS
from tests.campaign.world import World

_NOTE = "不是这份申请"


@happen.register
async def drain(action: affairs.Drain, world: World) -> None:
    if pc := world.pc(action.pc):
        await _change(world, pc, lambda roster, node: changes.draining(roster, node, None))


@happen.register
async def resume(action: affairs.Resume, world: World) -> None:
    if pc := world.pc(action.pc):
        await _change(world, pc, changes.resumed)


@happen.register
async def stop(action: affairs.Stop, world: World) -> None:
    if (pc := world.pc(action.pc)) and await _change(world, pc, changes.stopped):
        world.registry.before_stop |= world.county.disk.in_review_queue()
        world.book.stop(pc.node)


async def _change(world: World, pc: Pc, change: Callable[[Roster, NodeId], RosterEntry]) -> bool:
    """Put it in force; whether the station was in a state in which that can be."""
    node = NodeId(pc.node)
    try:
        world.registry.authority.change(node, lambda roster: change(roster, node))
    except NodeStateError:
        return False
    await world.office.offer_roster(world)
    return True


@happen.register
async def replace_pc(action: affairs.ReplacePc, world: World) -> None:
    pc = world.pc(action.pc)
    if pc is None or sum(other.node == pc.node for other in world.pcs) > 1:
        return
    registry, node = world.registry, NodeId(pc.node)
    invitation = registry.authority.invitations.replace(
        node, lambda roster: changes.replaced(roster, node, None)
    )
    await world.office.offer_roster(world)
    registry.lost_pcs |= {e for e, sealed in world.book.sealed.items() if sealed.station == node}
    registry.replaced.add(node)
    registry.renewed.discard(node)
    world.copies.pop(pc.name, None)
    fresh = world.new_name("new-pc")
    joining = DirectJoining(
        clock=pc.clock,
        randomness=world.randomness,
        authority=registry.authority,
        county_key=world.county.identity.keys.opening[SuiteNumber.XWING],
    )
    await join(joining, fresh, invitation, Role.STATION)
    await world.office.offer_roster(world)
    world.notes[pc.name] = world.new_notes()
    await world.lose_disk(pc, fresh, anew=False)


@happen.register
async def judge(_: affairs.Judge, world: World) -> None:
    await judge_all(world)


async def judge_all(world: World) -> None:
    """Let in what lies in the review queue; what has the id of another content is sent back."""
    review, registry = world.county.county.review, world.registry
    for row in await review.page(after=(NodeId(""), EnvelopeId(b"")), limit=1000):
        envelope, station = row.row.envelope_id, row.row.station
        try:
            judged = await review.accept(envelope)
        except ReviewUnknownError:
            continue  # let in with another envelope of the same application
        except ApplicationTakenError:
            await review.reject(envelope, _NOTE)
            if envelope in world.book.sealed:
                world.book.excused |= world.book.sealed[envelope].pieces
            continue
        world.counts["(let in by a person)"] += not judged.duplicate
        if not registry.is_stopped(station) or envelope in registry.before_stop:
            registry.accepted.add((station, row.row.application.hex()))


@happen.register
async def announce_keys(_: affairs.AnnounceKeys, world: World) -> None:
    try:
        await _step(world, "county.rekey-announce")
    except RekeyError:
        return
    world.registry.keys_made += 1


@happen.register
async def use_keys(_: affairs.UseKeys, world: World) -> None:
    try:
        await _step(world, "county.rekey-use")
    except (RekeyError, RekeyUnsafeError):
        return
    world.counts["(keys in use)"] += 1
    world.office.need_newest_backup()


async def _step(world: World, name: str) -> None:
    keys = {Key.OPENING: world.registry.rekeying(world.county.identity)}
    record = AuditRecord(world.registry.authority.audit)
    await KeyOrders(keys, record).handlers()[name]({}, lambda *_: None)
    await world.office.offer_roster(world)


@happen.register
async def announce_authority(_: affairs.AnnounceAuthority, world: World) -> None:
    tls = world.registry.succession(world.county.identity)
    await _succeed(world, tls.announce())


@happen.register
async def use_authority(_: affairs.UseAuthority, world: World) -> None:
    tls = world.registry.succession(world.county.identity)
    if await _succeed(world, tls.use(force=True, stolen=False)):
        world.counts["(authorities in use)"] += 1


@happen.register
async def drop_authorities(_: affairs.DropAuthorities, world: World) -> None:
    tls = world.registry.succession(world.county.identity)
    await _succeed(world, tls.drop(anyway=True))


async def _succeed(world: World, step: Awaitable[object]) -> bool:
    """Whether it was this step's turn."""
    try:
        await step
    except RekeyError:
        return False
    world.registry.succeeds = True
    await world.office.offer_roster(world)
    return True


@happen.register
async def renew(action: affairs.Renew, world: World) -> None:
    pc = world.pc(action.pc)
    if pc is None or sum(other.node == pc.node for other in world.pcs) > 1:
        return
    if world.registry.authority.roster().nodes[NodeId(pc.node)].state is not State.ACTIVE:
        return
    world.registry.renewed.add(pc.node)
    world.copies.pop(pc.name, None)  # keys that may be on a copy count no more: docs/operations.md
    await pc.station.renewal.ask()


@happen.register
async def limit(action: affairs.Limit, world: World) -> None:
    if (machine := world.machines.get(action.node)) and machine is not world.county:
        await set_limit(world, machine.identity.node, action.lanes)


async def set_limit(world: World, node: str, lanes: str) -> None:
    """``lanes`` as in affairs.Limit."""
    world.registry.authority.set_budget(NodeId(node), BUDGETS[lanes])
    world.registry.limits[node] = lanes
    await world.office.offer_roster(world)


@happen.register
async def detour(action: affairs.Detour, world: World) -> None:
    if world.pc(action.pc) and action.hub in world.machines and action.hub in HUBS:
        world.detours[action.pc] = action.hub


@happen.register
async def lone_release(_: affairs.LoneRelease, world: World) -> None:
    await world.office.publish_release(world, alone=True)
