"""Erasing a citizen's words: nothing of them is left on the disk, and everything still counts."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from central.county.casework.calls import ListCases
from central.county.casework.erasure import Erasure
from central.county.casework.finding.models import NamePieceRow, PersonRow
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.retention.leftovers import UnopenedCopies
from protocol.catalogue.forms.identifiers import resident_id_of
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseOpenError, CaseUnknownError
from protocol.errors.answers import CaseErasedError
from protocol.json_values import to_json
from tests.central.county.centre import Centre
from tests.central.county.village import Scan, Village

DAY_MS = 86_400_000
NAME, NUMBER = "韦小宝", "451423199001011234"


class Noted:
    """An eraser, and what it wrote down."""

    def __init__(self, centre: Centre) -> None:
        self.notes: list[tuple[str, str, str]] = []
        clock = centre.relay.clock
        county, store = centre.county, centre.relay.store
        beside = UnopenedCopies(
            store=store,
            review=county.review,
            intake=county.intake,
            follow_ups=county.followed.erasure,
            logs=county.flows.log,
        )
        self.erasure = Erasure(store=store, clock=clock, note=self.note, beside=beside)

    def note(self, actor: str, number: str, reason: str) -> None:
        self.notes.append((actor, number, reason))


@pytest.fixture
def noted(centre: Centre) -> Noted:
    return Noted(centre)


async def bring(
    centre: Centre, village: Village, *scans: Scan, person: str = NAME
) -> tuple[str, bytes]:
    """A case of this citizen; its number, and the envelope that brought it."""
    wire = village.submit(*scans, form={"name": person, "age": 61})
    known = {case["case"] for case in await centre.cases()}
    await centre.bring(wire, *scans)
    (number,) = [case["case"] for case in await centre.cases() if case["case"] not in known]
    return str(number), wire


async def decide(centre: Centre, number: str, note: str = "", attach: Sequence[Path] = ()) -> None:
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note=note, attach=attach)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("county.db*"))


async def test_nothing_that_was_said_is_left_and_everything_counts(
    centre: Centre, noted: Noted, tmp_path: Path
) -> None:
    village = await centre.village()
    scan = village.scan(b"a scan", name=f"{NAME}.jpg")
    number, wire = await bring(centre, village, scan)
    await decide(centre, number, note=f"{NAME}准予")
    ledger = [to_json(one.line()) for one in await centre.county.reconciliation.ledger()]
    (before,) = await centre.cases()
    in_a_file = centre.relay.store.dialect == "sqlite"
    assert (NAME.encode() in on_disk(tmp_path)) is in_a_file
    by_name = partial(centre.county.case_room.list.page, ListCases(name=NAME), limit=9)
    assert [one.case for one in (await by_name()).cases] == [number]

    assert await noted.erasure.erase([number], "本人申请", by="李主任") == [number]

    assert NAME.encode() not in on_disk(tmp_path)
    (after,) = await centre.cases()
    assert (after["form"], after["note"]) == ({}, None)
    assert (await by_name()).cases == []
    assert after["erased_ms"] == centre.relay.clock.now_ms()
    kept = ("case", "application", "station", "item", "state", "outcome", "received_ms")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    (file,) = after["attachments"]
    (was,) = before["attachments"]
    assert (file["name"], file["sha256"], file["size"]) == ("", was["sha256"], was["size"])
    (written,) = await centre.write_files(number, tmp_path / "files")
    assert written.path is None
    assert [to_json(one.line()) for one in await centre.county.reconciliation.ledger()] == ledger
    assert noted.notes == [("李主任", number, "本人申请")]

    await centre.bring(wire)  # a late repeat is known
    assert len(await centre.cases()) == 1
    assert await noted.erasure.erase([number], "again") == []
    assert len(noted.notes) == 1


async def test_an_erased_case_is_found_by_nobody_any_more(centre: Centre, noted: Noted) -> None:
    village = await centre.village()
    scan = village.scan(b"proof", material="proof")
    form = {"name": NAME, "id": resident_id_of("1950-01-31")}
    await centre.bring(village.submit(scan, item="relief", form=form), scan)
    assert await centre.count(NamePieceRow)
    assert await centre.count(PersonRow) == 1
    (number,) = [case["case"] for case in await centre.cases()]
    await decide(centre, number)
    await noted.erasure.erase([number], "本人申请")
    assert await centre.count(NamePieceRow) == await centre.count(PersonRow) == 0
    assert await centre.county.case_room.index.rebuild(centre.relay.store) == 0


async def test_a_repeat_that_was_sealed_anew_is_no_stranger(centre: Centre, noted: Noted) -> None:
    """What was said before is gone, so nothing can be compared: it opens no second case."""
    village = await centre.village()
    number, _ = await bring(centre, village)
    await decide(centre, number)
    await noted.erasure.erase([number], "x")
    (case,) = await centre.cases()
    again = village.submit(application=bytes.fromhex(case["application"]))
    await centre.bring(again)
    assert [one["case"] for one in await centre.cases()] == [number]


async def test_an_erased_decision_is_not_told_again(centre: Centre, noted: Noted) -> None:
    village = await centre.village()
    number, _ = await bring(centre, village)
    await decide(centre, number, note="准予参保")
    (told,) = await centre.decisions(village)
    await noted.erasure.erase([number], "x")
    (case,) = await centre.cases()
    key = (case["station"], bytes.fromhex(case["application"]))
    casework = centre.county.casework
    for tell in (casework.tell_again, casework.tell_anew):
        assert await centre.relay.store.transact(partial(tell, keys=[key])) == 0
    with pytest.raises(CaseErasedError):
        await centre.county.flows.act(number, Wanted(action="annul-decision", note="有误"), By())
    assert await centre.decisions(village) == [told]


async def test_all_cases_of_one_person_are_found_and_nobody_elses(
    centre: Centre, noted: Noted
) -> None:
    village = await centre.village()
    mine = [(await bring(centre, village, person=NUMBER))[0] for _ in range(2)]
    other, _ = await bring(centre, village, person=f"{NUMBER}1")
    assert await noted.erasure.of_person(NUMBER) == sorted(mine)
    assert await noted.erasure.of_person(other) == []


async def test_what_has_no_decision_is_kept_and_then_nothing_is_erased(
    centre: Centre, noted: Noted
) -> None:
    village = await centre.village()
    done, _ = await bring(centre, village)
    still_open, _ = await bring(centre, village)
    await decide(centre, done)
    for numbers, error in (([done, still_open], CaseOpenError), ([done, "x"], CaseUnknownError)):
        with pytest.raises(error):
            await noted.erasure.erase(numbers, "x")
    assert all(case["form"] for case in await centre.cases())
    assert noted.notes == []


async def test_the_policy_says_how_long(centre: Centre, noted: Noted) -> None:
    village = await centre.village()
    number, _ = await bring(centre, village)
    still_open, _ = await bring(centre, village)
    centre.clock.jump_wall(ms=31 * DAY_MS)  # days that it took do not count
    await decide(centre, number)
    centre.clock.jump_wall(ms=30 * DAY_MS)
    assert await noted.erasure.old(0) == []
    assert await noted.erasure.old(30) == []
    centre.clock.jump_wall(ms=1)
    assert await noted.erasure.old(30) == [number]
    forms = {case["case"]: bool(case["form"]) for case in await centre.cases()}
    assert forms == {number: False, still_open: True}
    assert await noted.erasure.old(30) == []
    assert await asyncio.to_thread(len, noted.notes) == 1
