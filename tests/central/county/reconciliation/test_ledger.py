"""The ledger says of each station what it has sealed and what has become of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.reading import Reading
from central.county.intake.service import Intake
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Outcome
from protocol.json_values import to_json
from protocol.trust.roster import State
from tests.central.county.centre import Centre
from tests.central.county.village import FORM


async def test_the_ledger_names_every_active_station_even_if_it_sent_nothing(
    centre: Centre,
) -> None:
    village, nodes = await centre.village(), centre.ground.nodes
    invited = nodes.scene.add_station(parent=nodes.hub.node)  # has not joined
    await centre.take_roster()

    ledger = await centre.county.reconciliation.ledger()

    stations = [account.station for account in ledger]
    joined = {machine.node for machine in centre.ground.machines}
    assert joined <= set(stations)  # the ground's other tests may have joined more
    assert village.node in stations
    assert invited.node not in stations
    assert len(set(stations)) == len(stations)
    assert to_json(ledger[stations.index(village.node)].line()) == {
        "station": village.node,
        "code": "451423103201",
        "name": "独山村",
        "minted": 0,
        "received": 0,
        "complete": 0,
        "decided": 0,
        "follow_ups": 0,
        "control": 0,
        "missing": [],
        "duplicates": 0,
        "rejected": 0,
        "quarantined": 0,
        "review": 0,
        "awaiting": 0,
        "forks": 0,
    }


async def test_the_ledger_adds_up(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    draft, card = village.randomness.token(16), village.scan(b"card")
    first = village.incarnation
    plain, waiting = village.submit(application=draft), village.submit(card)
    lost, again = village.submit(), village.submit(application=draft)
    bad, late = village.submit(form={}), village.submit(form=FORM)
    village.restart()
    after, returned = village.submit(), village.submit()

    await centre.bring(plain, waiting, again, bad, after, returned, other.submit())
    for number, outcome in zip(
        [case["case"] for case in await centre.cases() if case["station"] == village.node][-2:],
        (Outcome.APPROVED, Outcome.CORRECTION),
        strict=True,
    ):
        await centre.county.flows.decide(number, outcome=outcome, note="")

    account = await centre.account(village.node)
    counts = {key: value for key, value in account.items() if isinstance(value, int)}
    assert counts == {
        "minted": 8,
        "received": 4,
        "complete": 3,
        "decided": 2,
        "follow_ups": 0,
        "control": 0,
        "duplicates": 1,
        "rejected": 1,
        "quarantined": 1,
        "review": 0,
        "awaiting": 0,
        "forks": 0,
    }
    assert account["missing"] == [
        {"incarnation": first.hex(), "from": 3, "to": 3, "why": "not-arrived"},
        {"incarnation": first.hex(), "from": 6, "to": 6, "why": "not-arrived"},
    ]
    await centre.bring(lost, late)
    assert (await centre.account(village.node))["missing"] == []
    assert (await centre.account(other.node))["minted"] == 1


async def test_a_cloned_pc_shows_as_a_fork_as_soon_as_both_have_worked(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    village.restart()
    known = village.pred
    await centre.bring(village.submit())
    assert (await centre.account(village.node))["forks"] == 0

    village.restart()
    village.pred = known  # the other copy of the disk starts
    await centre.bring(village.submit())

    assert (await centre.account(village.node))["forks"] == 1
    assert len(await centre.cases()) == 3  # nothing is refused


async def test_a_number_used_twice_is_a_fork_and_nothing_is_dropped(centre: Centre) -> None:
    village = await centre.village()
    content = village.application()
    first, second = village.seal(content, seq=2), village.seal(village.application(), seq=2)
    third = village.seal(content, seq=2)

    await centre.bring(first)
    await centre.bring(second, third)

    account = await centre.account(village.node)
    assert (account["minted"], account["received"], account["duplicates"]) == (2, 2, 1)
    assert account["forks"] == 1
    assert account["missing"] == [
        {"incarnation": village.incarnation.hex(), "from": 1, "to": 1, "why": "not-arrived"}
    ]


async def test_a_station_that_may_no_longer_speak_keeps_its_line(centre: Centre) -> None:
    village, silent = await centre.village(), await centre.village()
    await centre.bring(village.submit())
    roster = centre.relay.editions.roster
    nodes = {
        node: structs.replace(entry, state=State.RETIRED) for node, entry in roster.nodes.items()
    }
    believed = replace(centre.relay.editions._trust, roster=replace(roster, nodes=nodes))
    centre.relay.editions._believed = believed

    (account,) = await centre.county.reconciliation.ledger()

    assert account.station == village.node != silent.node
    assert (account.name, account.received) == ("独山村", 1)


async def test_a_station_that_is_on_no_roster_any_more_is_named_by_its_id(
    centre: Centre,
) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    roster = centre.relay.editions.roster
    nodes = {node: entry for node, entry in roster.nodes.items() if node != village.node}
    believed = replace(centre.relay.editions._trust, roster=replace(roster, nodes=nodes))
    centre.relay.editions._believed = believed

    account = await centre.account(village.node)

    assert (account["code"], account["name"], account["minted"]) == ("", "", 1)


async def test_a_gap_says_which_of_its_numbers_are_stuck_where(centre: Centre) -> None:
    """The hub says so in a signed notice; of another's village it may not speak."""
    village, other = await centre.village(), await centre.village()
    wires = [village.submit() for _ in range(5)]
    hub = centre.hub_says(village, read_envelope(wires[2]), code="peer.internal")
    await centre.bring(wires[0], wires[4], hub)
    first = village.incarnation.hex()
    assert (await centre.account(village.node))["missing"] == [
        {"incarnation": first, "from": 2, "to": 2, "why": "not-arrived"},
        {
            "incarnation": first,
            "from": 3,
            "to": 3,
            "why": "set-aside",
            "code": "peer.internal",
            "at_ms": 7,
            "node": centre.ground.nodes.hub.node,
        },
        {"incarnation": first, "from": 4, "to": 4, "why": "not-arrived"},
    ]
    stations = {account.station for account in await centre.county.reconciliation.ledger()}
    assert {village.node, other.node} <= stations  # and those of other tests
    assert centre.ground.nodes.hub.node not in stations, "a hub has no line"
    await centre.bring(*wires)
    assert (await centre.account(village.node))["missing"] == []


async def test_numbers_of_a_branch_that_was_left_say_so(centre: Centre) -> None:
    village = await centre.village()
    first = village.incarnation
    await centre.bring(village.submit())
    left = (first, village.seq)
    village.submit()  # lost with its disk
    await centre.bring(village.submit())
    village.restart()
    village.pred = left  # the copy of the disk that was restored knows nothing of the others
    await centre.bring(village.submit())
    account = await centre.account(village.node)
    assert account["missing"] == [{"incarnation": first.hex(), "from": 2, "to": 2, "why": "branch"}]
    assert account["forks"] == 1


async def test_a_number_on_which_the_county_itself_stumbled_is_explained(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = await centre.village()
    wires = [village.submit() for _ in range(3)]
    bad = read_envelope(wires[1]).id
    deliver = Intake.deliver

    async def fail_inside(self: Intake, session: AsyncSession, readings: Sequence[Reading]) -> None:
        if any(one.envelope.id == bad for one in readings):
            raise KeyError("a mistake")
        await deliver(self, session, readings)

    monkeypatch.setattr(Intake, "deliver", fail_inside)
    assert await centre.bring(*wires) == [(1, "peer.internal")]
    (gap,) = (await centre.account(village.node))["missing"]
    assert (gap["from"], gap["why"], gap["code"]) == (2, "stumbled", "peer.internal")
    monkeypatch.undo()
    assert await centre.bring(wires[1]) == []
    assert (await centre.account(village.node))["missing"] == []
