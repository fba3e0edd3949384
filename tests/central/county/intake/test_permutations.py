"""Whatever order, grouping and repetition things arrive in, the county ends in the same state."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import ReceiptState
from tests.central.county.centre import Centre
from tests.central.county.village import Scan, Village

STEPS = st.lists(st.sampled_from(["plain", "files", "again", "bad", "restart"]), max_size=7)


@dataclass(kw_only=True)
class Work:
    """What a clerk did, and what the county must come to."""

    wires: list[bytes] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    good: dict[bytes, int] = field(default_factory=dict)  # application -> envelopes
    bad: list[bytes] = field(default_factory=list)
    papers: dict[bytes, list[Scan]] = field(default_factory=dict)  # of each application


def work_through(village: Village, steps: list[str]) -> Work:
    work = Work()
    for step in steps:
        match step:
            case "plain":
                work.wires.append(village.submit())
            case "files":
                scans = [village.scan(village.randomness.token(40)) for _ in range(2)]
                work.scans += scans
                work.wires.append(village.submit(*scans))
                work.papers[village.applications[-1]] = scans
            case "again" if work.good:
                first = next(iter(work.good))  # another content under its id would be refused
                work.wires.append(village.submit(*work.papers.get(first, ()), application=first))
            case "bad":
                work.wires.append(village.submit(form={}))
                work.bad.append(work.wires[-1])
                continue
            case _:
                village.restart()
                continue
        draft = village.applications[-1]
        work.good[draft] = work.good.get(draft, 0) + 1
    return work


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(steps=STEPS, data=st.data())
async def test_any_order_and_repetition_gives_the_same_county(
    centre: Centre, steps: list[str], data: st.DataObject
) -> None:
    """The promise: each application is a case exactly once, each envelope is answered once."""
    village = await centre.village()  # a new one for each example, on the same database
    work = work_through(village, steps)
    things: list[bytes | Scan] = [*work.wires, *work.scans]
    order = data.draw(st.permutations(things + things), label="order")
    while order:
        size = data.draw(st.integers(1, len(order)), label="batch")
        await centre.bring(*order[:size])
        order = order[size:]
    await centre.bring(*work.scans)  # a blob before its envelope is refused and comes again

    cases = [case for case in await centre.cases() if case["station"] == village.node]
    assert {case["application"] for case in cases} == {draft.hex() for draft in work.good}
    assert len(cases) == len(work.good)
    assert {case["state"] for case in cases} <= {"complete"}
    answered = {
        (read_envelope(wire).id, state)
        for wire in work.wires
        if wire not in work.bad
        for state in (ReceiptState.RECEIVED, ReceiptState.COMPLETE)
    }
    lines = await centre.receipts(village)
    assert {(line.envelope, line.state) for line in lines} == answered
    assert len(lines) == len(answered)
    assert sum(line.duplicate for line in lines) == 2 * sum(n - 1 for n in work.good.values())
    rejected = [one.envelope for one in await centre.rejections(village)]
    assert sorted(rejected) == sorted(read_envelope(wire).id for wire in work.bad)
    account = await centre.account(village.node)
    assert (account["minted"], account["missing"]) == (len(work.wires), [])
    assert (account["quarantined"], account["forks"]) == (len(work.bad), 0)
