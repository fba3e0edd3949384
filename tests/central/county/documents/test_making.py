"""A document of a template is numbered, drawn, sealed and sent, once, or not at all."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from central.county.casework.answers.document_state import SEALED, STAMPED, WAITING
from central.county.casework.calls import IssueDocument
from central.county.casework.erasure import Erasure
from central.county.county import County
from central.county.documents import telling
from central.county.documents.calls import MakeDocument, Stamp, Told, WritePdf
from central.county.documents.models import MadeRow, ToldRow
from central.county.documents.room import DocumentRoom
from central.county.documents.seal import Sealed, SealPort, ToSeal
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.retention.leftovers import UnopenedCopies
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.envelope.payloads import Document, Outcome
from protocol.errors import CaseUnknownError, UsageError
from protocol.errors.answers import CaseErasedError
from protocol.errors.casework import StepNotNowError
from protocol.errors.documents import (
    DocumentUnknownError,
    FactMissingError,
    FactWrongError,
    GlyphMissingError,
    SealUnreachableError,
    StampedAlreadyError,
    ToldWrongError,
)
from protocol.limits import MAX_NOTE_CHARS
from protocol.records.followups import Delivered, Way
from tests.builders.small_font import small_font as small_font_file
from tests.central.county.centre import Centre
from tests.central.county.documents.test_pdf import words_of
from tests.central.county.village import CATALOGUE, MATERIAL, Village

FAULTS = ["申请书没有签名", "另一处"]
CORRECTION: dict[str, Any] = {"补正期限": "2026-12-10"}


OWN = {
    "title": "受理书",
    "number": "样民〔{年份}〕{序号}号",
    "body": ["{申请人}申请{事项}，{受理日期}受理，{办理期限}，{办件编号}"],
}


async def publish(
    centre: Centre, *, documents: object = None, faults: Sequence[object] = ()
) -> None:
    """The usual catalogue, with templates, and with usual faults of its first paper."""
    file = json.loads(CATALOGUE)
    if documents:
        file["documents"] = documents
    if faults:
        file["materials"] = {MATERIAL: {"name": "居民身份证", "faults": faults}}
        file["items"][0]["materials"][0] = {"id": MATERIAL, "use": MATERIAL}
    await centre.county.catalogue.publish(json.dumps(file).encode())


@pytest.fixture
def room(centre: Centre, small_font: Path) -> DocumentRoom:
    """The county's own, with a small font."""
    return with_making(centre.county.documents, font=small_font)


def with_making(room: DocumentRoom, **changes: Any) -> DocumentRoom:
    making = replace(room.making, **changes)
    return replace(room, making=making, orders=replace(room.orders, making=making))


def with_font(county: County) -> DocumentRoom:
    """A county's own room, which makes documents with a small font from now on."""
    object.__setattr__(county.documents.making, "font", small_font_file())
    return county.documents


async def one_case(centre: Centre, village: Village) -> str:
    known = {case["case"] for case in await centre.cases()}
    await centre.bring(village.submit())
    (number,) = [case["case"] for case in await centre.cases() if case["case"] not in known]
    return str(number)


def correction(case: str, **more: Any) -> MakeDocument:
    wanted = MakeDocument(
        case=case, kind=DocumentKind.CORRECTION, facts=CORRECTION, faults=FAULTS, days=5
    )
    return replace(wanted, **more)


async def sent(centre: Centre, village: Village) -> list[Document]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Document)]


async def test_a_document_reaches_its_village_and_says_what_the_case_says(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    made = await room.orders.make(correction(number, note="请补正。"))
    (document,) = await sent(centre, village)
    assert (document.n, document.name, document.days) == (made.document, made.name, 5)
    assert made.number.endswith("补字〔2026〕第 1 号")
    assert made.name == f"补正一次性告知书（{made.number}）"
    assert made.sealed == ""

    paper = await room.orders.write(WritePdf(case=number, document=made.number, folder=tmp_path))
    data = paper.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == made.sha256 == paper.sha256
    (file,) = document.attachments
    assert (file.sha256.hex(), file.size) == (made.sha256, len(data))
    read = words_of(data)
    for word in ("样福丽", "养老保险参保登记", number, *FAULTS, "2026年12月10日", "待盖章"):
        assert word in read

    (state,) = await room.telling.of_case(number)
    assert (state.n, state.number, state.kind) == (made.document, made.number, "correction")
    assert (state.seal, state.template, state.told, state.late) == (WAITING, 0, [], "")


async def test_numbers_of_a_kind_follow_each_other_and_another_kind_has_its_own(
    centre: Centre, room: DocumentRoom
) -> None:
    village = await centre.village()
    cases = [await one_case(centre, village) for _ in range(3)]
    made = await asyncio.gather(*(room.orders.make(correction(case)) for case in cases))
    again = await room.orders.make(correction(cases[0]))
    facts = {"理由": "户籍不在本县"}
    wanted = Wanted(action="not-accept", note="户籍不在本县")
    await centre.county.flows.act(cases[0], wanted, By())
    other = await room.orders.make(
        MakeDocument(case=cases[0], kind=DocumentKind.NOT_ACCEPTED, facts=facts)
    )
    assert sorted(one.number.split("第 ")[1] for one in [*made, again]) == [
        f"{n} 号" for n in (1, 2, 3, 4)
    ]
    assert other.number.endswith("不受字〔2026〕第 1 号")
    department = await room.orders.make(
        correction(cases[1], facts={**CORRECTION, "机关": "样例局"})
    )
    assert department.number.endswith("第 1 号")
    rows = await centre.rows(MadeRow)
    assert all(row.issued_ms is not None for row in rows)
    assert len({row.n for row in rows}) == len(rows) == 6


async def test_what_stops_a_document_before_it_is_drawn_takes_no_number(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    wrong = [
        (correction("451423-2026-XX000001"), CaseUnknownError),
        (correction(number, facts={}), FactMissingError),
        (correction(number, facts={**CORRECTION, "申请入": "样"}), FactWrongError),
        (correction(number, faults=["重复", "重复"]), FactWrongError),
        (correction(number, facts={**CORRECTION, "申请人": "样\U00020bb7"}), GlyphMissingError),
        (correction(number, note="长" * (MAX_NOTE_CHARS + 1)), UsageError),
    ]
    for wanted, error in wrong:
        with pytest.raises(error):
            await room.orders.make(wanted)
    assert await centre.rows(MadeRow) == []
    assert await sent(centre, village) == []


@dataclass
class SealSystem:
    """A seal system of a test: it may be away."""

    away: bool = False
    asked: list[ToSeal] = field(default_factory=list)

    async def seal(self, wanted: ToSeal) -> Sealed:
        self.asked.append(wanted)
        if self.away:
            raise SealUnreachableError("away")
        return Sealed(pdf=wanted.pdf + b"% sealed", serial=f"S-{len(self.asked)}")


async def test_a_seal_system_that_is_away_leaves_the_number_to_the_same_document(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    village = await centre.village()
    number, other = [await one_case(centre, village) for _ in range(2)]
    system = SealSystem(away=True)
    port: SealPort = system
    sealing = with_making(room, seal=port)
    with pytest.raises(SealUnreachableError):
        await sealing.orders.make(correction(number))
    (waiting,) = await room.telling.of_case(number)
    assert (waiting.n, waiting.number[-5:], waiting.issued_ms) == (0, "第 1 号", None)
    assert await sent(centre, village) == []
    system.away = False
    second = await sealing.orders.make(correction(other))
    first = await sealing.orders.make(correction(number))
    assert [one.number[-5:] for one in (first, second)] == ["第 1 号", "第 2 号"]
    assert first.sealed == "S-3"
    assert [one.number for one in system.asked] == [first.number, second.number, first.number]
    assert "待盖章" not in words_of(system.asked[-1].pdf)
    assert system.asked[0].pdf == system.asked[-1].pdf  # the same bytes are their own key
    paper = await room.orders.write(WritePdf(case=number, document=first.number, folder=tmp_path))
    assert paper.path.read_bytes() == system.asked[-1].pdf + b"% sealed"
    (state,) = await room.telling.of_case(number)
    assert (state.seal, state.sealed_by) == (SEALED, "S-3")
    with pytest.raises(StampedAlreadyError, match="S-3"):
        await room.telling.stamp(Stamp(case=number, document=first.number, by="黎样明"))


async def test_a_new_year_counts_anew_and_takes_no_number_of_the_old_one(
    centre: Centre, room: DocumentRoom
) -> None:
    number = await one_case(centre, await centre.village())
    system = SealSystem(away=True)
    sealing = with_making(room, seal=system)
    with pytest.raises(SealUnreachableError):
        await sealing.orders.make(correction(number))
    system.away = False
    centre.clock.jump_wall(ms=120 * 86_400_000)
    made = await sealing.orders.make(correction(number, facts={"补正期限": "2027-02-10"}))
    assert made.number.endswith("〔2027〕第 1 号")


async def test_a_county_s_own_template_makes_its_documents(
    centre: Centre, room: DocumentRoom
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    await centre.county.flows.act(number, Wanted(action="accept"), By())
    await publish(centre, documents={"accepted": OWN})
    wanted = MakeDocument(case=number, kind=DocumentKind.ACCEPTED, facts={"办理期限": "10个工作日"})
    made = await room.orders.make(wanted)
    assert (made.name, made.template) == ("受理书（样民〔2026〕1号）", 1)
    draft = await room.orders.preview(wanted)
    assert "草稿" in words_of(draft)
    assert len(await centre.rows(MadeRow)) == 1  # a draft takes no number


async def test_usual_faults_are_ticked_and_own_words_come_as_they_are(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    village = await centre.village()
    faults = [{"code": f"f{n}", "say": f"常见差错{n}"} for n in range(4)]
    await publish(centre, faults=faults)
    number = await one_case(centre, village)
    choices = await room.orders.choices(number)
    assert [(one.code, one.words) for one in choices] == [
        (f"{MATERIAL}:f{n}", f"常见差错{n}") for n in range(3)
    ]
    chosen = [f"{MATERIAL}:f3", f"{MATERIAL}:照片看不清", "其他:都好"]
    made = await room.orders.make(correction(number, faults=chosen))
    paper = await room.orders.write(WritePdf(case=number, document=made.number, folder=tmp_path))
    read = words_of(paper.path.read_bytes())
    assert "1.居民身份证：常见差错32.居民身份证：照片看不清3.其他:都好" in read


async def test_stamping_is_noted_once_and_stands_in_the_register(
    centre: Centre, room: DocumentRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    made = await room.orders.make(correction(number))
    plain = await centre.county.casework.documents.issue(IssueDocument(case=number, name="别的"))
    stamp = room.telling.stamp
    state = await stamp(Stamp(case=number, document=str(made.document), by=" 黎样明 "))
    assert (state.seal, state.sealed_by) == (STAMPED, "黎样明")
    assert state.stamped_ms == centre.clock.now_ms()
    for document, by, error in (
        (made.number, "别人", StampedAlreadyError),
        (str(plain.document), "黎样明", DocumentUnknownError),
        ("7", "黎样明", DocumentUnknownError),
        (made.number, " ", ToldWrongError),
    ):
        with pytest.raises(error):
            await stamp(Stamp(case=number, document=document, by=by))
    day = made_day(await centre.rows(MadeRow))
    (line,) = await room.telling.stamps(day, day)
    assert (line.case, line.number, line.seal) == (number, made.number, STAMPED)
    assert line.sealed_by == "黎样明"
    assert await room.telling.stamps("2026-01-01", "2026-01-02") == []
    monkeypatch.setattr(telling, "MAX_STAMPS", 1)
    assert len(await room.telling.stamps(day, day)) == 1
    await room.orders.make(correction(number))
    with pytest.raises(UsageError):
        await room.telling.stamps(day, day)


def made_day(rows: Sequence[MadeRow]) -> str:
    (row,) = rows
    return row.day


async def test_erasing_takes_whom_the_county_told_and_keeps_the_number(
    centre: Centre, room: DocumentRoom
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    made = await room.orders.make(correction(number))
    told = Told(case=number, document=made.number, person="样福丽", by="黎样明", words="请补正")
    await room.telling.tell(told)
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="")
    county, store = centre.county, centre.relay.store
    beside = UnopenedCopies(
        store=store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
        logs=county.flows.log,
        more=(room.erasure,),
    )
    erasure = Erasure(store=store, clock=centre.clock, note=lambda *_: None, beside=beside)
    await erasure.erase([number], "本人申请")
    (row,) = await centre.rows(ToldRow)
    assert (row.person, row.words, row.by) == ("", "", "黎样明")
    (state,) = await room.telling.of_case(number)
    assert (state.name, state.number) == ("", made.number)
    with pytest.raises(CaseErasedError):
        await room.orders.make(correction(number))


async def test_what_is_said_of_telling_has_to_be_possible(
    centre: Centre, room: DocumentRoom
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    made = await room.orders.make(correction(number))
    good = Told(case=number, document=made.number, person="样福丽", by="黎样明", words="请补正")
    for change in (
        {"words": " "},
        {"person": " "},
        {"by": ""},
        {"what": Delivered.HANDED_OVER},
        {"words": "长" * (MAX_NOTE_CHARS + 1)},
    ):
        with pytest.raises(ToldWrongError):
            await room.telling.tell(replace(good, **change))
    with pytest.raises(DocumentUnknownError):
        await room.telling.tell(replace(good, document="9"))
    await room.telling.tell(replace(good, words="长" * MAX_NOTE_CHARS))
    handed = replace(good, what=Delivered.HANDED_OVER, way=Way.IN_PERSON, words="")
    state = await room.telling.tell(handed)
    assert [(one.what, one.way, one.person, one.by) for one in state.told] == [
        (Delivered.TOLD, Way.TELEPHONE, "样福丽", "黎样明"),
        (Delivered.HANDED_OVER, Way.IN_PERSON, "样福丽", "黎样明"),
    ]
    assert all(one.at_county for one in state.told)


@pytest.mark.parametrize("kind", [DocumentKind.APPROVED, DocumentKind.ACCEPTED])
async def test_no_paper_says_what_did_not_happen(centre: Centre, kind: DocumentKind) -> None:
    village, room = await centre.village(), centre.county.documents
    await centre.bring(village.submit())
    (case,) = await centre.cases()
    with pytest.raises(StepNotNowError, match="先办这一步"):
        await room.orders.make(MakeDocument(case=case["case"], kind=kind))
    assert list((await centre.cases())[0]["documents"]) == []
