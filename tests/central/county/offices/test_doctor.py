"""What ``doctor`` says of offices at their county: keys that wait, cases that lie somewhere."""

from dataclasses import replace
from functools import partial

from central.county.flows.log import By
from central.county.offices.faults import office_faults
from protocol.codec import altered
from protocol.trust.roster import State
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import Office

DAY_MS = 86_400_000
HEAD = By(name="黄局")


async def found(centre: Centre, *, days: int = 0) -> dict[str, str]:
    now_ms, roster = centre.relay.clock.now_ms() + days * DAY_MS, centre.relay.editions.roster
    faults = await centre.relay.store.transact(
        lambda session: office_faults(session, roster, now_ms)
    )
    return {one.code: one.detail for one in faults}


async def test_a_key_that_nobody_approved(centre: Centre, office: Office) -> None:
    assert await found(centre) == {}
    await office.bring(office.request())
    assert await found(centre) == {"office.key-open": "1"}


async def test_a_pc_that_was_replaced_or_withdrawn_has_no_key(
    centre: Centre, office: Office
) -> None:
    await office.open()
    await office.given(await centre.village())
    assert await found(centre) == {}
    roster, hub = centre.relay.editions.roster, office.hub.node
    entry = roster.nodes[hub]
    assert entry.keys is not None
    stolen = altered(entry, keys=altered(entry.keys, signing=b"n" * 32))
    for changed in (stolen, altered(entry, state=State.DRAINING)):
        known = replace(roster, nodes={**roster.nodes, hub: changed})
        faults = await centre.relay.store.transact(partial(office_faults, roster=known, now_ms=0))
        assert [one.code for one in faults] == ["office.no-key"]


async def test_an_office_that_is_silent_or_has_no_key_any_more(
    centre: Centre, office: Office
) -> None:
    await office.open()
    await office.given(await centre.village())
    assert await found(centre, days=5) == {}
    later = await found(centre, days=6)
    assert later.keys() == {"office.quiet"}
    assert "1 件，最久 6 天" in later["office.quiet"]
    offices, hub = centre.county.offices, office.hub.node
    await centre.relay.store.transact(lambda session: offices.keys.retire(session, hub))
    assert (await found(centre)).keys() == {"office.no-key"}
    await offices.reclaim(hub, "电脑损坏", HEAD)
    assert await found(centre, days=6) == {}
