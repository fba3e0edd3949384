"""Who looked at whom: by case, however it was called, and by who looked; for auditors alone."""

import re

import pytest

from central.accounts.roles import StaffRole
from protocol.catalogue.forms.identifiers import resident_id_of
from tests.central.county.review.test_queue_page import Office

HANDLER, AUDIT = StaffRole.HANDLER, StaffRole.AUDIT


def rows(text: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", text[text.find("<tbody>") :], re.DOTALL)


async def test_who_opened_a_case_is_answered_on_one_page_and_as_a_table(office: Office) -> None:
    village = await office.centre.village()
    await office.centre.bring(village.submit(), village.submit())
    one, other = [case["case"] for case in await office.centre.cases()]
    handler = await office.reader(HANDLER)
    for path in (f"/cases/{one}", f"/cases/{village.applications[0].hex()}", f"/cases/{other}"):
        assert (await handler.get(path)).status == 200
    auditor = await office.reader(AUDIT)
    text = await (await auditor.get(f"/record/looks?case={one}")).text()
    opened = [row for row in rows(text) if "打开一件办件" in row]
    assert len(opened) == 2  # by its number, and by the id of its application
    assert all("handler" in row for row in opened)
    assert other not in text
    assert "data-print" in text
    table = await auditor.post("/record/looks/table", {"case": one})
    assert table.headers["Content-Disposition"].startswith("attachment;")
    assert (await table.text()).count("打开一件办件") == 2
    assert office.noted()[0] == ("audit (web)", "audit.looks-export", one)
    own = await (await auditor.get(f"/record/looks?case={one}")).text()
    assert "导出谁看过" in own  # who asked stands there, too


async def test_what_somebody_looked_at_in_a_period(office: Office) -> None:
    village = await office.centre.village()
    await office.centre.bring(village.submit())
    (case,) = [case["case"] for case in await office.centre.cases()]
    handler = await office.reader(HANDLER)
    assert (await handler.get(f"/cases/{case}")).status == 200
    assert (await handler.post("/cases/find", {"text": "样"})).status == 200
    auditor = await office.reader(AUDIT)
    text = await (await auditor.get("/record/looks?who=handler")).text()
    assert case in text
    assert "按什么查找" in text  # a search, and not for whom
    assert "登录" not in "".join(rows(text))
    none = await (await auditor.get("/record/looks?who=hand")).text()
    assert case not in none  # an account is all of its name
    late = await (await auditor.get("/record/looks?who=handler&since=2099-01-01")).text()
    assert case not in late


async def test_a_case_that_is_none_is_said(office: Office) -> None:
    auditor = await office.reader(AUDIT)
    assert (await auditor.get("/record/looks?case=451423-2026-XX999999")).status == 400
    assert (await auditor.get("/record/looks")).status == 200
    assert (await auditor.post("/record/looks/table", {})).status == 400


@pytest.mark.parametrize("role", [HANDLER, StaffRole.SYSTEM])
async def test_nobody_else_may_ask(office: Office, role: StaffRole) -> None:
    reader = await office.reader(role)
    assert (await reader.get("/record/looks?who=handler")).status == 403
    assert (await reader.post("/record/looks/table", {"who": "handler"})).status == 403


async def test_an_identity_number_is_posted_and_stands_nowhere(office: Office) -> None:
    village, person = await office.centre.village(), resident_id_of("1950-01-31")
    scan = village.scan(b"proof", material="proof")
    form = {"name": "韦小芳", "id": person}
    await office.centre.bring(village.submit(scan, item="relief", form=form), scan)
    (case,) = [case["case"] for case in await office.centre.cases()]
    reader = await office.reader(HANDLER)
    for typed in ({"text": person.lower()}, {"text": "芳", "last": person[-4:]}):
        found = await reader.post("/cases/find", typed)
        assert (found.status, case in await found.text()) == (200, True)
    wrong = await reader.post("/cases/find", {"text": f"{person[:-1]}0"})
    assert wrong.status == 400
    audit = office.centre.scene.authority.audit.newest(0, 50)
    assert not [one for one in audit if person[:17] in one.text()]
    assert {"identity", "name+last"} <= {one.detail.get("by") for one in audit}
    empty = await reader.post("/cases/find", {"village": "独山", "state": "open"})
    assert empty.headers["Location"] == "/cases?state=open&village=%E7%8B%AC%E5%B1%B1"
