"""Receipts, decisions and rejections take their effect, in whatever order they come."""

import itertools

import pytest

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import (
    Outcome,
    Receipt,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Statement,
    sign_receipt,
    sign_statement,
)
from protocol.envelope.publicity_payloads import Publicity
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import ApplicationId
from protocol.records.publicity import Poster, PosterLine, WindowUnit
from station_agent.app import Station
from station_agent.inbox.results import (
    StoredDocument,
    StoredPublicity,
    document_context,
    publicity_context,
)
from station_agent.status.calls import ShowStatus
from station_agent.store import documents
from station_agent.store.desk import publicities
from tests.builders.clock import START_MS
from tests.station_agent.county import COUNTY
from tests.station_agent.village import Village

DAY_MS = 86_400_000


async def _sent(village: Village, station: Station) -> tuple[ApplicationId, bytes]:
    """An application that reached the parent, and its envelope's id."""
    application = await village.submit(station)
    await village.exchange(station)
    return application, village.envelope_of(application).id


async def test_receipts_tell_how_far_it_got(village: Village) -> None:
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        seen = []
        for state in ReceiptState:
            village.parent.send(village.county.receipt(envelope, state, "2026-1"))
            await village.exchange(station)
            shown = await village.shown(station, application)
            seen.append((shown["state"], shown["receipt"]["state"]))
        shown = await village.shown(station, application)
    assert seen == [("received", "received"), ("complete", "complete"), ("complete", "safe")]
    assert shown["receipt"] == {
        "number": 1,  # of the first word, which has the legal time
        "case": "2026-1",
        "at_ms": START_MS + 1,
        "state": "safe",
        "safe": True,
        "duplicate": False,
    }


@pytest.mark.parametrize("order", list(itertools.permutations(ReceiptState)))
async def test_the_order_of_receipts_does_not_matter(
    village: Village, order: tuple[ReceiptState, ...]
) -> None:
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        receipts = {state: village.county.receipt(envelope, state, "1") for state in ReceiptState}
        for state in order:
            await station.exchanges.stores().store(
                b"exchange", 1, [EnvelopeItem(wire=receipts[state].wire)]
            )
        shown = await village.shown(station, application)
    assert (shown["state"], shown["receipt"]["state"]) == ("complete", "safe")
    assert shown["receipt"]["number"] == 1


async def test_one_statement_may_speak_of_many_envelopes(village: Village) -> None:
    async with village.open() as station:
        sent = [await _sent(village, station) for _ in range(3)]
        lines = tuple(
            ReceiptLine(
                envelope=envelope, state=ReceiptState.RECEIVED, number=number, duplicate=number == 2
            )
            for number, (_, envelope) in enumerate(sent, start=1)
        )
        statement = Statement(
            county=bytes.fromhex(COUNTY), instance=b"county-1", at_ms=START_MS, lines=lines
        )
        signed = sign_statement(village.county.keys.signer, statement)
        village.parent.send(village.county.post(signed))
        await village.exchange(station)
        shown = [await village.shown(station, application) for application, _ in sent]
        kept = await station.database.read(lambda tx: tx.rows("SELECT signed FROM statements"))
    assert [entry["receipt"]["number"] for entry in shown] == [1, 2, 3]
    assert [entry["receipt"]["duplicate"] for entry in shown] == [False, True, False]
    assert [row["signed"] for row in kept] == [signed.statement]  # it proves itself


@pytest.mark.parametrize("of", ["statement", "mark"])
async def test_a_word_in_another_county_s_name_settles_nothing_and_is_kept_apart(
    village: Village, of: str
) -> None:
    """The right key, and another county's number: as if one county served for two."""
    own, foreign = bytes.fromhex(COUNTY), b"another!"
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        line = ReceiptLine(envelope=envelope, state=ReceiptState.SAFE, number=7)
        said = [
            sign_receipt(
                village.county.keys.signer,
                Statement(county=county, instance=b"county-1", at_ms=START_MS, lines=(line,)),
            )
            for county in (own, foreign)
        ]
        mixed = {
            "statement": Receipt(statement=said[1].statement),
            "mark": Receipt(statement=said[0].statement, mark=said[1].mark),
        }
        village.parent.send(village.county.post(mixed[of]))
        await village.exchange(station)
        shown = await village.shown(station, application)
        why = await station.database.read(lambda tx: tx.rows("SELECT code FROM quarantine"))
    assert (shown["state"], shown["receipt"]) == ("at_hub", None)
    assert [row["code"] for row in why] == ["peer.signature"]


async def test_a_late_receipt_of_an_older_county_database_settles_nothing(
    village: Village,
) -> None:
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        village.parent.county_instance = b"county-2"
        await village.exchange(station)
        village.parent.send(village.county.receipt(envelope, ReceiptState.COMPLETE))  # county-1
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
        village.county.instance = b"county-2"
        village.parent.send(village.county.receipt(envelope, ReceiptState.RECEIVED, "2"))
        await village.exchange(station)
        shown = await village.shown(station, application)
    assert (shown["state"], shown["receipt"]["case"]) == ("received", "2")


@pytest.mark.parametrize("lost_comes_last", [False, True])
async def test_of_two_counties_receipts_the_clerk_sees_that_of_the_living_one(
    village: Village, lost_comes_last: bool
) -> None:
    """Whichever is dated later: the county that is lost may have had a date far ahead."""
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        lost = village.county.receipt(envelope, ReceiptState.RECEIVED, "lost", at_ms=START_MS * 2)
        village.parent.send(lost)
        await village.exchange(station)
        assert (await village.shown(station, application))["receipt"]["case"] == "lost"
        village.county.instance = village.parent.county_instance = b"county-2"
        await village.exchange(station)
        living = village.county.receipt(envelope, ReceiptState.RECEIVED, "living", at_ms=START_MS)
        village.parent.send(living)
        await village.exchange(station)
        if lost_comes_last:
            village.county.instance = b"county-1"
            again = village.county.receipt(
                envelope, ReceiptState.COMPLETE, "lost", at_ms=START_MS * 3
            )
            village.parent.send(again)
            await village.exchange(station)
        shown = await village.shown(station, application)
    assert shown["state"] == "received"
    assert shown["receipt"]["case"] == "living"
    assert shown["receipt"]["at_ms"] == START_MS


async def test_safe_counts_whoever_said_it(village: Village) -> None:
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        village.parent.county_instance = b"county-2"
        await village.exchange(station)
        village.parent.send(village.county.receipt(envelope, ReceiptState.SAFE))
        await village.exchange(station)
        assert await village.state(station, application) == "complete"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.APPROVED, "decided"),
        (Outcome.REFUSED, "decided"),
        (Outcome.CORRECTION, "returned"),
    ],
)
async def test_a_decision_shows_its_outcome(village: Village, outcome: Outcome, state: str) -> None:
    async with village.open() as station:
        application, _ = await _sent(village, station)
        decision, _ = village.county.decision(
            bytes.fromhex(application), outcome, note="请到窗口领取"
        )
        village.parent.send(decision)
        await village.exchange(station)
        shown = await village.shown(station, application)
    assert shown["state"] == state
    assert shown["result"] == {
        "outcome": outcome.value,
        "note": "请到窗口领取",
        "case": "2026-1",
        "at_ms": START_MS,
        "attachments": [],
    }


@pytest.mark.parametrize("later_first", [True, False])
@pytest.mark.parametrize("later_ms", [-40 * DAY_MS, 0, 40 * DAY_MS], ids=["put right", "-", "on"])
async def test_the_decision_that_the_county_counts_later_stands(
    village: Village, later_ms: int, *, later_first: bool
) -> None:
    """Whichever comes last, and whatever the county's clock said at either of them."""
    async with village.open() as station:
        application, _ = await _sent(village, station)
        name = bytes.fromhex(application)
        earlier, _ = village.county.decision(name, Outcome.CORRECTION, note="先", n=7)
        later, _ = village.county.decision(name, note="后", n=8, at_ms=START_MS + later_ms)
        for one in (later, earlier) if later_first else (earlier, later):
            village.parent.send(one)
            await village.exchange(station)
        shown = await village.shown(station, application)
    assert (shown["state"], shown["result"]["note"]) == ("decided", "后")
    assert shown["result"]["at_ms"] == START_MS + later_ms


async def test_a_decision_before_any_receipt_shows_as_well(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        decision, _ = village.county.decision(bytes.fromhex(application))
        await station.exchanges.stores().store(b"exchange", 1, [EnvelopeItem(wire=decision.wire)])
        assert await village.state(station, application) == "decided"


async def test_a_result_of_an_application_that_this_pc_forgot_is_shown(village: Village) -> None:
    """The PC was restored from an old copy of its disk."""
    decision, _ = village.county.decision(b"f" * 16)
    village.parent.send(decision)
    async with village.open() as station:
        await village.exchange(station)
        shown = await village.shown(station, ApplicationId((b"f" * 16).hex()))
    assert (shown["item"], shown["state"]) == ("", "decided")


async def test_a_rejection_is_shown_with_its_reason_and_ends_the_sending(
    village: Village,
) -> None:
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        village.parent.send(village.county.rejection(envelope))
        await village.exchange(station)
        shown = await village.shown(station, application)
        assert shown["state"] == "rejected"
        assert (shown["result"]["code"], shown["result"]["detail"]) == ("peer.unopenable", "why")
        village.parent.instance = b"parent-2"
        village.parent.envelopes.clear()
        await village.exchange(station)
    assert village.parent.envelopes == {}


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.CORRECTION])
@pytest.mark.parametrize("n", [1, 5, 9], ids=["older", "same", "newer"])
@pytest.mark.parametrize("decision_first", [True, False])
async def test_a_rejection_never_hides_a_decision(
    village: Village, outcome: Outcome, n: int, decision_first: bool
) -> None:
    """A duplicate of what has a decision was refused: the decision stays, word for word."""
    async with village.open() as station:
        application, envelope = await _sent(village, station)
        decision, _ = village.county.decision(
            bytes.fromhex(application), outcome, note="准予，请到窗口领取", n=5
        )
        rejection = village.county.rejection(envelope, n=n)
        both = (decision, rejection) if decision_first else (rejection, decision)
        for one in both:
            village.parent.send(one)
            await village.exchange(station)
        village.parent.send(village.county.rejection(b"u" * 32))  # of nothing that we know
        await village.exchange(station)
        shown = await village.shown(station, application)
    assert shown["state"] == ("returned" if outcome is Outcome.CORRECTION else "decided")
    assert shown["result"]["note"] == "准予，请到窗口领取"
    assert shown["result"]["outcome"] == outcome.value
    assert "code" not in shown["result"]


async def test_a_rejection_of_what_the_lost_pc_sealed_is_shown_by_its_successor(
    village: Village,
) -> None:
    """This PC has no such envelope; the clerk must hear of it all the same."""
    application = b"f" * 16
    rejection = Rejection(
        envelope=b"u" * 32,
        code="review.rejected",
        detail="重复办理",
        n=2,
        at_ms=START_MS,
        application=application,
    )
    village.parent.send(village.county.post(rejection))
    async with village.open() as station:
        await village.exchange(station)
        shown = await village.shown(station, ApplicationId(application.hex()))
    assert (shown["item"], shown["state"]) == ("", "rejected")
    assert (shown["result"]["code"], shown["result"]["detail"]) == ("review.rejected", "重复办理")


async def test_documents_of_steps_are_kept_each_once_beside_the_decision(village: Village) -> None:
    async with village.open() as station:
        application, _ = await _sent(village, station)
        own = bytes.fromhex(application)
        accepted, blobs = village.county.document(own, file=b"%PDF accepted", n=5, days=3)
        again, _ = village.county.document(own, "改过的名称", n=5)
        for envelope in (accepted, again, village.county.document(own, "证书", n=7)[0]):
            village.parent.send(envelope, blobs)
        village.parent.send(village.county.decision(own, n=6)[0])
        await village.exchange(station)
        opened = await station.unlocking.unlock(ShowStatus())
        rows = await station.database.read(lambda tx: documents.of_application(tx, application))
        kept = [
            opened.vault.take_out(document_context(application, one.n), one.sealed, StoredDocument)
            for one in rows
        ]
        assert await village.state(station, application) == "decided"
    assert [(one.n, one.days, one.files) for one in rows] == [(5, 3, 1), (7, 0, 0)]
    assert [one.name for one in kept] == ["受理通知书", "证书"]
    assert [file.size for file in kept[0].attachments] == [13]


async def test_a_document_of_what_this_pc_does_not_know_is_kept_all_the_same(
    village: Village,
) -> None:
    async with village.open() as station:
        village.parent.send(village.county.document(b"u" * 16)[0])
        await village.exchange(station)
        assert await village.state(station, ApplicationId((b"u" * 16).hex())) == "saved"
        rows = await station.database.read(
            lambda tx: documents.of_application(tx, ApplicationId((b"u" * 16).hex()))
        )
    assert [one.n for one in rows] == [2]


async def test_of_two_posters_of_one_application_the_higher_number_stands(
    village: Village,
) -> None:
    lines = (PosterLine(label="申请人", text="黄秀英"),)
    async with village.open() as station:
        own = await village.submit(station)
        for application, days, n in ((own, 7, 2), (own, 5, 1), ("ee" * 16, 9, 3)):
            task = Publicity(
                application=bytes.fromhex(application),
                case="451423-2026-KT000001",
                poster=Poster(title="低保", days=days, unit=WindowUnit.DAYS, lines=lines),
                n=n,
                at_ms=1,
            )
            village.parent.send(village.county.post(task, Lane.RESULTS))
        await village.exchange(station)
        rows = await station.database.read(lambda tx: publicities.newest(tx, 9))
        vault = station.clerks.vault.unlock(None)
        found = {
            row.application: vault.take_out(
                publicity_context(row.application), row.task, StoredPublicity
            )
            for row in rows
        }
    assert {name: one.poster.days for name, one in found.items()} == {own: 7, "ee" * 16: 9}
    assert found[own].poster.lines == lines
    for path in village.data.rglob("*"):
        assert not path.is_file() or "黄秀英".encode() not in path.read_bytes()
