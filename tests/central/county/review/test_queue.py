"""What withdrawn or lost PCs had sealed goes into the review queue: nothing is lost."""

import json
from typing import Any

from central.county.intake.arrivals import Arrivals
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Inquiry, Outcome, ReceiptState
from protocol.records.taken_in import TakenIn
from tests.central.county.review.withdrawing import Withdrawing, id_of
from tests.central.county.village import CATALOGUE

RECEIVED, COMPLETE = ReceiptState.RECEIVED, ReceiptState.COMPLETE


def balanced(account: dict[str, Any]) -> bool:
    """Whether every envelope that the station has sealed is accounted for."""
    parts = ("received", "control", "duplicates", "quarantined", "review")
    missing = sum(gap["to"] - gap["from"] + 1 for gap in account["missing"])
    return bool(account["minted"] == sum(account[part] for part in parts) + missing)


async def test_what_a_draining_station_had_sealed_waits_for_a_person(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    await centre.drain(village)
    scan = village.scan(b"id card")
    wire = village.submit(scan, form={"name": "样福丽"}, taken=TakenIn(clerk="农小芳"))

    await centre.bring(wire, scan)
    await centre.bring(wire)  # by another way, too

    assert len(await centre.cases_of(village)) == 1
    (one,) = await centre.review_queue(village)
    assert one == {
        "envelope": id_of(wire).hex(),
        "station": village.node,
        "name": "独山村",
        "application": village.applications[1].hex(),
        "item": "pension",
        "why": "draining",
        "ordinal": 2,
        "upto": None,
        "case": None,
        "corrects": None,
        "arrived_ms": centre.clock.now_ms(),
        "title": "养老保险参保登记",
        "form": {"name": "样福丽"},
        "schema": json.loads(CATALOGUE)["items"][0]["schema"],
        "fields": [{"label": "name", "text": "样福丽", "heads": (), "rows": ()}],
        "taken": {"clerk": "农小芳"},
        "unchecked": False,
        "attachments": [
            {
                "material": "id-card",
                "title": "居民身份证",
                "name": "scan.jpg",
                "size": 7,
                "sha256": scan.attachment.sha256.hex(),
                "here": True,
            }
        ],
    }
    (line,) = [one for one in await centre.receipts(village) if one.envelope == id_of(wire)]
    assert (line.state, line.case, line.duplicate) == (RECEIVED, "", False)
    account = await centre.account(village.node)
    assert (account["minted"], account["received"], account["review"]) == (2, 1, 1)
    assert balanced(account)


async def test_what_is_accepted_is_a_case_as_if_it_had_come_now(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(b"id card")
    plain, attached, late = village.submit(), village.submit(scan), village.scan(b"photo")
    waiting = village.submit(late)
    await centre.bring(plain, attached, scan, waiting)
    centre.clock.jump_wall(ms=86_400_000)

    for wire in (plain, attached, waiting):
        judged = await centre.county.review.accept(id_of(wire))
        assert not judged.duplicate
    await centre.bring(late)

    cases = {case["application"]: case for case in await centre.cases_of(village)}
    assert [cases[one.hex()]["state"] for one in village.applications] == ["complete"] * 3
    assert {case["received_ms"] for case in cases.values()} == {centre.clock.now_ms()}
    lines = await centre.receipts(village)
    for wire, application in zip((plain, attached, waiting), village.applications, strict=True):
        told = [(line.state, line.case) for line in lines if line.envelope == id_of(wire)]
        number = cases[application.hex()]["case"]
        assert told == [(RECEIVED, ""), (RECEIVED, number), (COMPLETE, number)]
    assert await centre.review_queue(village) == []
    account = await centre.account(village.node)
    assert (account["received"], account["review"]) == (3, 0)
    assert balanced(account)
    number = cases[village.applications[0].hex()]["case"]
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="")
    assert len(await centre.decisions(village)) == 1


async def test_what_is_rejected_is_kept_and_its_clerk_is_told_why(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    wire = village.submit()
    await centre.bring(wire)

    judged = await centre.county.review.reject(id_of(wire), "不是本村的申请")

    assert judged.case is None
    (told,) = await centre.rejections(village)
    assert (told.envelope, told.code, told.detail, told.application) == (
        id_of(wire),
        "review.rejected",
        "不是本村的申请",
        village.applications[0],
    )
    await centre.bring(wire)
    assert await centre.review_queue(village) == await centre.cases_of(village) == []
    account = await centre.account(village.node)
    assert (account["quarantined"], account["rejected"], account["review"]) == (1, 1, 0)
    assert balanced(account)
    await centre.bring(village.seal(Inquiry(envelopes=(id_of(wire),))))
    assert await centre.rejections(village) == [told], "the same envelope is queued again"


async def test_beyond_the_counter_is_kept_and_refused_in_words(centre: Withdrawing) -> None:
    village = await centre.village()
    first, second = village.submit(), village.submit()
    village.restart()
    third, fourth = village.submit(), village.submit()
    await centre.drain(village, upto=3)

    await centre.bring(first, second, third, fourth)

    assert [one["ordinal"] for one in await centre.review_queue(village)] == [1, 2, 3]
    (told,) = await centre.rejections(village)
    assert (told.envelope, told.code) == (id_of(fourth), "node.beyond-counter")
    assert told.detail == "第 4 件，县里收至第 3 件"
    account = await centre.account(village.node)
    assert (account["review"], account["quarantined"], account["minted"]) == (3, 1, 4)
    assert balanced(account)


async def test_what_can_not_be_counted_is_left_to_people(centre: Withdrawing) -> None:
    """The first envelope of a run says how many there were before; without it nobody knows."""
    village = await centre.village()
    first = village.submit()
    village.restart()
    second, third, fourth = village.submit(), village.submit(), village.submit()
    await centre.drain(village, upto=2)

    await centre.bring(third, fourth)  # the second of its run at least, and the third at least

    (one,) = await centre.review_queue(village)
    assert (one["envelope"], one["ordinal"], one["upto"]) == (id_of(third).hex(), None, 2)
    (told,) = await centre.rejections(village)
    assert (told.envelope, told.detail) == (id_of(fourth), "至少第 3 件，县里收至第 2 件")
    await centre.bring(second, first)
    assert [one["ordinal"] for one in await centre.review_queue(village)] == [1, 2, 3]
    assert balanced(await centre.account(village.node))


async def test_questions_are_answered_whatever_the_counter_says(centre: Withdrawing) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.drain(village, upto=1)
    await centre.bring(wire)
    await centre.bring(village.seal(Inquiry(envelopes=(id_of(wire),))))
    told = [line for line in await centre.receipts(village) if line.envelope == id_of(wire)]
    assert [(line.state, line.case) for line in told] == [(RECEIVED, "")] * 2
    account = await centre.account(village.node)
    assert (account["control"], account["review"]) == (1, 1)
    assert balanced(account)


async def test_after_resume_applications_open_cases_again(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    await centre.bring(village.submit())
    await centre.resume(village)
    await centre.bring(village.submit())
    assert len(await centre.cases_of(village)) == len(await centre.review_queue(village)) == 1


async def test_nothing_more_is_taken_of_a_stopped_station(centre: Withdrawing) -> None:
    village = await centre.village()
    known = village.submit()
    await centre.bring(known)
    again = village.submit(application=village.applications[0])
    late = village.submit()
    await centre.stop(village)

    await centre.bring(again, late)

    (told,) = await centre.rejections(village)
    assert (told.envelope, told.code) == (id_of(late), "node.stopped")
    assert await centre.review_queue(village) == []
    account = await centre.account(village.node)
    assert (account["received"], account["duplicates"], account["quarantined"]) == (1, 1, 1)
    assert balanced(account)


async def test_a_lost_pc_s_applications_wait_while_its_successor_works(
    centre: Withdrawing,
) -> None:
    lost = await centre.village()
    first, second = lost.submit(), lost.submit()
    await centre.bring(first)
    invitation = await centre.lose(lost)
    third = lost.submit()  # whoever has found it goes on
    await centre.bring(second)  # by the hub, before the new PC has joined
    new = await centre.join(invitation)
    await centre.bring(new.submit(), third)

    waiting = await centre.review_queue(lost)
    assert [(one["why"], one["ordinal"]) for one in waiting] == [("replaced", 2), ("replaced", 3)]
    opened = [case["application"] for case in await centre.cases_of(new)]
    assert opened == [lost.applications[0].hex(), new.applications[0].hex()]
    account = await centre.account(new.node)
    assert (account["minted"], account["received"], account["review"]) == (4, 2, 2)
    assert (account["forks"], account["missing"]) == (0, [])
    assert balanced(account)
    assert read_envelope(second).origin == new.node


async def test_a_lost_pc_has_a_counter_of_its_own(centre: Withdrawing) -> None:
    lost = await centre.village()
    first, second = lost.submit(), lost.submit()
    new = await centre.join(await centre.lose(lost, upto=1))
    own = [new.submit(), new.submit()]
    await centre.drain(new, upto=2)
    await centre.bring(second, *own, first, new.submit())

    waiting = await centre.review_queue(new)
    assert sorted((one["why"], one["ordinal"], one["upto"]) for one in waiting) == [
        ("draining", 1, 2),
        ("draining", 2, 2),
        ("replaced", 1, 1),
    ]
    account = await centre.account(new.node)
    assert (account["review"], account["quarantined"], account["forks"]) == (3, 2, 0)
    assert balanced(account)


async def test_a_successor_that_begins_twice_is_a_fork_though_the_lost_pc_sent_nothing(
    centre: Withdrawing,
) -> None:
    """It was put back to before its first envelope: two PCs may begin, but each only once."""
    new = await centre.join(await centre.lose(await centre.village()))
    await centre.bring(new.submit())
    assert (await centre.account(new.node))["forks"] == 0
    new.pred, new.incarnation, new.seq = None, b"restored", 0
    await centre.bring(new.submit())
    assert (await centre.account(new.node))["forks"] == 1
    assert await centre.relay.store.transact(Arrivals().forks) == {new.node: 1}, (
        "an alarm is raised"
    )


async def test_a_third_beginning_of_a_twice_used_name_is_a_fork(centre: Withdrawing) -> None:
    lost = await centre.village()
    await centre.bring(lost.submit())
    new = await centre.join(await centre.lose(lost))
    await centre.bring(new.submit())
    new.pred, new.incarnation, new.seq = None, b"restored", 0
    await centre.bring(new.submit())
    assert (await centre.account(new.node))["forks"] == 1
