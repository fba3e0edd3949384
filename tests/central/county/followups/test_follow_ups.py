"""What follows an application: kept once, joined to its case whenever that comes, and confirmed."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.county.followups.models import FollowUpRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import ReceiptState
from protocol.errors.clerk import (
    FollowUpStrangerError,
    FollowUpTakenError,
    FollowUpWrongError,
)
from protocol.json_values import to_json
from protocol.records.followups import (
    Letter,
    LetterKind,
    NewContact,
    Rating,
    Supplement,
    Visit,
    Withdrawal,
)
from tests.central.county.centre import Centre
from tests.central.county.village import Scan, Village

RECEIVED, COMPLETE = ReceiptState.RECEIVED, ReceiptState.COMPLETE
LETTER = Letter(kind=LetterKind.CONSULTATION, words="几时发放？", by="农某")


async def cases(centre: Centre, village: Village) -> list[dict[str, Any]]:
    """The village's cases, with what followed each."""
    page = await centre.county.casework.page(
        after="", limit=1000, followed_by=centre.county.followed.view.of_cases
    )
    shown = [to_json(view.shown()) for view in page]
    return [case for case in shown if case["station"] == village.node]


async def told(centre: Centre, village: Village, wire: bytes) -> list[ReceiptState]:
    own = read_envelope(wire).id
    return [line.state for line in await centre.receipts(village) if line.envelope == own]


async def test_what_follows_stands_beside_its_case_in_its_words(centre: Centre) -> None:
    village = await centre.village()
    scan = village.scan(b"proof", name="证明.jpg")
    first, papers = village.submit(), village.follow_up(Supplement(words="补交"), scan)
    phone = village.follow_up(NewContact(phone="13800000001"))
    await centre.bring(first)
    centre.clock.jump_wall(ms=1)
    await centre.bring(papers)
    centre.clock.jump_wall(ms=1)
    await centre.bring(phone)

    (case,) = await cases(centre, village)
    before, after = case["follow_ups"]
    assert before["said"] == {
        "subject": {"about": "supplement", "words": "补交"},
        "at_ms": 1,
        "clerk": "农小芳",
    }
    assert (before["about"], before["complete"]) == ("supplement", False)
    (file,) = before["attachments"]
    assert (file["material"], file["name"]) == ("id-card", "证明.jpg")
    assert after["said"]["subject"] == {"about": "contact", "phone": "13800000001"}
    assert (after["complete"], after["attachments"]) == (True, [])
    assert await told(centre, village, papers) == [RECEIVED]
    assert await told(centre, village, phone) == [RECEIVED, COMPLETE]

    await centre.bring(scan)
    (case,) = await cases(centre, village)
    assert case["follow_ups"][0]["complete"]
    assert await told(centre, village, papers) == [RECEIVED, COMPLETE]


async def test_what_comes_before_its_application_is_joined_when_that_comes(centre: Centre) -> None:
    village = await centre.village()
    application = village.submit()
    early = village.follow_up(Withdrawal(by="农某"))
    await centre.bring(early)
    assert await cases(centre, village) == []
    assert await told(centre, village, early) == [RECEIVED, COMPLETE]
    await centre.bring(application)
    (case,) = await cases(centre, village)
    (followed,) = case["follow_ups"]
    assert followed["about"] == "withdrawal"
    assert case["state"] == "complete"  # a person decides


async def test_the_same_in_another_envelope_is_one(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    own = village.randomness.token(16)
    first = village.follow_up(Rating(level=5), follow_up=own)
    again = village.follow_up(Rating(level=5), follow_up=own, at_ms=2)  # of a PC set back
    await centre.bring(first, first, again)
    (case,) = await cases(centre, village)
    assert len(case["follow_ups"]) == 1
    lines = {one.envelope: one.duplicate for one in await centre.receipts(village)}
    assert lines[read_envelope(again).id]
    assert not lines[read_envelope(first).id]
    account = await centre.account(village.node)
    assert (account["follow_ups"], account["duplicates"], account["minted"]) == (1, 1, 3)


async def test_another_word_under_a_known_id_is_refused(centre: Centre) -> None:
    village = await centre.village()
    application = village.randomness.token(16)
    await centre.bring(village.submit(application=application))
    own = village.randomness.token(16)
    await centre.bring(village.follow_up(Rating(level=5), follow_up=own))
    await centre.bring(village.follow_up(Rating(level=1), follow_up=own))
    stolen = village.follow_up(LETTER, follow_up=application, application=b"x" * 16)
    await centre.bring(stolen)
    codes = [one.code for one in await centre.rejections(village)]
    assert codes == [FollowUpTakenError.code] * 2
    (case,) = await cases(centre, village)
    assert [one["said"]["subject"]["level"] for one in case["follow_ups"]] == [5]


async def test_an_application_of_another_station_is_not_touched(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    await centre.bring(village.submit())
    foreign = other.follow_up(Withdrawal(by="谁"), application=village.applications[-1])
    own = other.submit()
    await centre.bring(foreign, own)
    (refused,) = await centre.rejections(other)
    assert refused.code == FollowUpStrangerError.code
    assert refused.application == b""  # of the village's application nothing is said
    assert await centre.rejections(village) == []
    (case,) = await cases(centre, village)
    assert not case["follow_ups"]
    assert len(await cases(centre, other)) == 1  # what else came with it is taken


async def test_of_two_stations_with_one_application_id_each_has_its_own(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    shared = village.randomness.token(16)
    await centre.bring(village.submit(application=shared), other.submit(application=shared))
    await centre.bring(other.follow_up(Rating(level=1), application=shared))
    ((mine,), (theirs,)) = await cases(centre, village), await cases(centre, other)
    assert (len(mine["follow_ups"]), len(theirs["follow_ups"])) == (0, 1)


async def test_what_contradicts_itself_is_refused_in_words(centre: Centre) -> None:
    village = await centre.village()
    village.submit()
    await centre.bring(village.follow_up(Supplement()))
    (refused,) = await centre.rejections(village)
    assert (refused.code, refused.detail) == (FollowUpWrongError.code, "补交材料没有附件")
    assert [row for row in await centre.rows(FollowUpRow) if row.station == village.node] == []


STEPS = st.lists(
    st.sampled_from(["application", "papers", "visit", "again", "restart"]), max_size=7
)


@dataclass(kw_only=True)
class Work:
    """What a clerk sent, and what the county must come to."""

    wires: list[bytes] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    wanted: dict[bytes, list[str]] = field(default_factory=dict)  # by application


def work_through(village: Village, steps: list[str]) -> Work:
    work = Work()
    last: tuple[bytes, bytes, Scan] | None = None
    for step in ["application", *steps]:
        own = village.randomness.token(16)
        match step:
            case "application":
                work.wires.append(village.submit())
                work.wanted[village.applications[-1]] = []
                continue
            case "papers":
                scan = village.scan(own)
                work.scans.append(scan)
                work.wires.append(village.follow_up(Supplement(), scan, follow_up=own))
                last = (own, village.applications[-1], scan)
            case "visit":
                seen = Visit(visitors=("甲", "乙"), words="属实")
                work.wires.append(village.follow_up(seen, follow_up=own))
            case "again" if last:
                first, of, scan = last
                again = village.follow_up(Supplement(), scan, follow_up=first, application=of)
                work.wires.append(again)
                continue
            case _:
                village.restart()
                continue
        work.wanted[village.applications[-1]].append(own.hex())
    return work


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(steps=STEPS, data=st.data())
async def test_any_order_and_repetition_gives_the_same_county(
    centre: Centre, steps: list[str], data: st.DataObject
) -> None:
    """The promise: each follow-up stands beside its case once, and each envelope is answered."""
    village = await centre.village()
    work = work_through(village, steps)
    things: list[bytes | Scan] = [*work.wires, *work.scans]
    order = data.draw(st.permutations(things + things), label="order")
    while order:
        size = data.draw(st.integers(1, len(order)), label="batch")
        await centre.bring(*order[:size])
        order = order[size:]
    await centre.bring(*work.scans)  # a blob before its envelope is refused and comes again

    found = {
        bytes.fromhex(case["application"]): sorted(one["follow_up"] for one in case["follow_ups"])
        for case in await cases(centre, village)
    }
    assert found == {key: sorted(ids) for key, ids in work.wanted.items()}
    for wire in work.wires:
        assert set(await told(centre, village, wire)) == {RECEIVED, COMPLETE}
