"""What a township decides is its own or the department's, and the PDF of each paper says so."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central.county.documents.calls import MakeDocument, WritePdf
from central.county.documents.room import DocumentRoom
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.casework.events import closing, opening
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.envelope.office_payloads import OfficeCase
from protocol.envelope.payloads import Outcome
from protocol.errors.documents import TemplateNotOpenError
from tests.builders.small_font import small_font
from tests.central.county.centre import Centre
from tests.central.county.documents.test_making import SealSystem, with_making
from tests.central.county.documents.test_pdf import words_of
from tests.central.county.offices.scene import CATALOGUE, ENTRUSTED, OWN, Office

ACCEPTED = opening.Accepted(node="d")
DECIDED = closing.Decided(outcome=Outcome.APPROVED, note="合规定")
DAY_MS = 86_400_000


@pytest.fixture
def seal() -> SealSystem:
    return SealSystem()


@pytest.fixture
def room(centre: Centre, seal: SealSystem) -> DocumentRoom:
    room = with_making(centre.county.documents, font=small_font(), seal=seal)
    return replace(room, issuing=replace(room.issuing, making=room.making, is_new=True))


async def decided(office: Office, item: str, *, release: int = 2) -> OfficeCase:
    """By an office: accepted, and the day after decided, which is two papers."""
    await office.open()
    given = await office.given(await office.centre.village(), item, release=release)
    await office.says(given, ACCEPTED)
    office.centre.clock.jump_wall(ms=DAY_MS)
    await office.decides(given, ACCEPTED, DECIDED, later_ms=DAY_MS)
    return given


async def papers(
    room: DocumentRoom, case: str, folder: Path, *, stopped: bool = False
) -> dict[str, str]:
    """Every paper of a case, by its number: what can be read in it."""
    await room.issuing.look()
    assert [one["words"] for one in await room.issuing.alarms() if not stopped] == []
    found: dict[str, str] = {}
    for one in await room.telling.of_case(case):
        if not one.n:
            continue  # it has not gone out
        wanted = WritePdf(case=case, document=one.number, folder=folder)
        found[one.number] = words_of((await room.orders.write(wanted)).path.read_bytes())
    return found


async def publish(office: Office, **changes: Any) -> int:
    file = json.loads(CATALOGUE) | changes
    return int(await office.centre.county.catalogue.publish(json.dumps(file).encode()))


async def test_what_was_granted_to_a_township_bears_its_name_number_seal_and_remedy(
    office: Office, room: DocumentRoom, seal: SealSystem, tmp_path: Path
) -> None:
    given = await decided(office, OWN)
    read = await papers(room, given.case, tmp_path)
    township = "水口镇人民政府"
    numbers = [f"{township}受字〔2026〕第1号", f"{township}准字〔2026〕第1号"]
    assert ["".join(one.split()) for one in read] == numbers
    for number, text in zip(numbers, read.values(), strict=True):
        assert text.startswith(township)
        assert number in text
        assert "县农业农村局" not in text
    accepted, approved = read.values()
    assert "联系人：农梅" in accepted
    assert "联系人：黄镇长" in approved
    assert "向龙州县人民政府申请行政复议" in approved
    assert "向龙州县人民法院提起行政诉讼" in approved
    assert f"被申请人、被告为{township}" in approved
    assert [one.department for one in seal.asked] == [township] * 2


async def test_what_was_entrusted_to_a_township_bears_the_departments(
    office: Office, room: DocumentRoom, seal: SealSystem, tmp_path: Path
) -> None:
    given = await decided(office, ENTRUSTED)
    read = await papers(room, given.case, tmp_path)
    department = "县自然资源局"
    assert [one.split("字")[0] for one in read] == [f"{department}受", f"{department}准"]
    for text in read.values():
        assert text.startswith(department)
        assert "人民政府" not in text.replace("向龙州县人民政府申请", "")
    assert f"被申请人、被告为{department}" in [*read.values()][-1]
    assert [one.department for one in seal.asked] == [department] * 2


async def test_each_township_and_department_counts_its_own_numbers(
    office: Office, room: DocumentRoom, tmp_path: Path
) -> None:
    centre = office.centre
    first = await decided(office, OWN)
    given = await office.given(await centre.village(), OWN)
    await office.says(given, opening.NotAccepted(note="户籍不在本县"))
    await papers(room, first.case, tmp_path)
    read = await papers(room, given.case, tmp_path)
    assert [*read] == ["水口镇人民政府不受字〔2026〕第 1 号"]
    assert "被告为水口镇人民政府" in "".join(read.values())


async def test_the_catalogue_says_how_a_township_signs_and_where_to_complain(
    office: Office, room: DocumentRoom, tmp_path: Path
) -> None:
    signs = {"name": "水口镇政府", "short": "龙水", "review": "县政府", "court": "水口人民法院"}
    local = {"451423103": {"government": signs, "contact": "0771-8810000", "place": "水口"}}
    release = await publish(office, local=local)
    given = await decided(office, OWN, release=release)
    read = await papers(room, given.case, tmp_path)
    assert [*read] == ["龙水受字〔2026〕第 1 号", "龙水准字〔2026〕第 1 号"]
    approved = [*read.values()][-1]
    for word in ("水口镇政府", "向县政府申请行政复议", "向水口人民法院提起"):
        assert word in approved


async def test_what_the_county_does_itself_is_never_a_townships(
    office: Office, room: DocumentRoom, tmp_path: Path
) -> None:
    await office.open()
    given, flows = (
        await office.given(await office.centre.village(), OWN),
        office.centre.county.flows,
    )
    by = By(name="黄局")
    await flows.act(given.case, Wanted(action="reclaim", note="电脑坏"), by)
    await flows.act(given.case, Wanted(action="not-accept", note="不归本县"), by)
    (text,) = (await papers(room, given.case, tmp_path)).values()
    assert text.startswith("县农业农村局")
    assert "被告为县农业农村局" in text


async def test_a_paper_that_somebody_orders_follows_the_same_rule(
    office: Office, room: DocumentRoom, tmp_path: Path
) -> None:
    given = await decided(office, OWN)
    await papers(room, given.case, tmp_path)
    wanted = MakeDocument(
        case=given.case, kind=DocumentKind.DELIVERY, facts={"送达文书": "准予决定书"}
    )
    made = await room.orders.make(wanted)
    assert made.number == "水口镇人民政府送字〔2026〕第 1 号"


async def test_a_template_that_names_another_stops_a_townships_paper(
    office: Office, room: DocumentRoom, tmp_path: Path
) -> None:
    body = ["{申请人}：{事项}，{依据}"]
    fixed = {"title": "决定", "number": "县农业准字〔{年份}〕{序号}号", "body": body}
    release = await publish(office, documents={"approved": fixed})
    given = await decided(office, OWN, release=release)
    read = await papers(room, given.case, tmp_path, stopped=True)
    assert len(read) == 1  # the notice that it was accepted
    (alarm,) = await room.issuing.alarms()
    assert "{简称}" in alarm["words"]
    with pytest.raises(TemplateNotOpenError):
        await room.orders.preview(MakeDocument(case=given.case, kind=DocumentKind.APPROVED))
    other = await office.given(await office.centre.village(), ENTRUSTED, release=release)
    await office.decides(other, ACCEPTED, DECIDED)
    read = await papers(room, other.case, tmp_path, stopped=True)
    assert [one.split("〔")[0] for one in read] == ["县农业准字"]  # as the county wrote it
