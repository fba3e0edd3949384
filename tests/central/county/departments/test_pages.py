"""Departments on the console: set up, staffed, delegated and imported by whoever grants."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData

from central.accounts.roles import StaffRole
from central.county.departments.staffing import Power
from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import blank_sqlite
from tests.central.county.centre import Ground
from tests.central.county.review.test_queue_page import Office, Reader, open_office
from tests.central.county.review.withdrawing import Withdrawing


@pytest.fixture
async def office(ground: Ground, tmp_path: Path) -> AsyncIterator[Office]:
    path = tmp_path / "county.db"
    path.write_bytes(blank_sqlite(RELAY, COUNTY, ACCOUNTS))
    async with Withdrawing.open(
        ground, f"sqlite+aiosqlite:///{path}", tmp_path / "county"
    ) as centre:
        assert isinstance(centre, Withdrawing)
        async with open_office(centre) as made:
            yield made


async def done(reader: Reader, path: str, **form: str) -> str:
    """Where the answer to a form leads; it was taken."""
    answer = await reader.post(path, form)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def refused(reader: Reader, path: str, words: str, **form: str) -> str:
    answer = await reader.post(path, form)
    text = await answer.text()
    assert answer.status == 400, path
    assert words in text
    return text


async def with_department(office: Office) -> Reader:
    """县民政局 with a post in which the handler is, set up on pages."""
    security = await office.reader(StaffRole.SECURITY)
    where = await done(security, "/departments", code="M01", name="县民政局", phone="110")
    assert where == "/departments/of/M01?done=1"
    of = "/departments/of/M01"
    await done(security, f"{of}/window", name="3号窗口")
    await done(security, f"{of}/post", name="低保岗", powers="review", window="3号窗口")
    await office.reader(StaffRole.HANDLER)
    await done(security, f"{of}/seat", post="低保岗", person="handler")
    return security


async def test_a_department_is_set_up_changed_and_removed(office: Office) -> None:
    security = await with_department(office)
    staffing = await office.centre.county.departments.now()
    post = staffing.post("县民政局", "低保岗")
    assert post is not None
    assert (post.powers, post.window) == (frozenset({Power.REVIEW}), "3号窗口")
    assert staffing.holders(post) == ("handler",)
    of = "/departments/of/M01"
    await done(security, f"{of}/words", name="县社会事务局", aliases="民政科\n", phone="")
    await done(security, f"{of}/post", now="低保岗", name="救助岗", powers="accept", aliases="")
    await done(security, f"{of}/post", name="档案岗")
    shown = await (await security.get(of)).text()
    for words in ("县社会事务局", "民政科、县民政局", "救助岗", "低保岗", "受理"):
        assert words in shown, words
    await refused(security, f"{of}/post", "post.words", name="")
    await refused(security, f"{of}/seat", "post.unknown", post="没有", person="handler")
    await done(security, f"{of}/post-remove", post="救助岗", to="档案岗")
    await done(security, f"{of}/seat", post="档案岗", person="handler")
    await done(security, f"{of}/seat", post="档案岗", person="handler", gone="1")
    await done(security, f"{of}/window", name="3号窗口", gone="1")
    assert await done(security, f"{of}/remove") == "/departments?done=1"
    assert (await security.get(of)).status == 404
    assert (await security.post(f"{of}/nothing", {})).status == 404


async def test_a_handler_says_to_be_away_and_reads_but_changes_nothing_else(
    office: Office,
) -> None:
    security = await with_department(office)
    handler = await reader_again(office, StaffRole.HANDLER)
    assert "低保岗" in await (await handler.get("/departments/person")).text()
    assert "3号窗口" in await (await handler.get("/departments")).text()
    await done(handler, "/departments/me/away", until="2999-01-31", person="别人")
    staffing = await office.centre.county.departments.now()
    assert staffing.is_away("handler", office.centre.county.departments.today)
    assert "外出至 2999-01-31" in await (await security.get("/departments/people")).text()
    await done(handler, "/departments/me/away")
    assert "外出至" not in await (await security.get("/departments/people")).text()
    for path in ("/departments/person/away", "/departments/of/M01/words", "/departments"):
        assert (await handler.post(path, {"person": "handler"})).status == 403, path


async def test_somebody_stands_in_and_leaves(office: Office) -> None:
    security = await with_department(office)
    await done(security, "/departments/of/M01/seat", post="低保岗", person="韦经办")
    days = {"start": "2020-01-01", "until": "2999-01-31"}
    form = {"person": "handler", "substitute": "韦经办"}
    await done(security, "/departments/person/substitute", **form, **days)
    shown = await (await security.get("/departments/person?name=handler")).text()
    assert "2020-01-01 – 2999-01-31" in shown
    await refused(security, "/departments/person/substitute", "post.words", **form, start="明天")
    await done(security, "/departments/person/substitute", **form, start="2020-01-01", gone="1")
    assert "今后没有人代班" in await (await security.get("/departments/person?name=handler")).text()
    where = await done(security, "/departments/person/remove", person="韦经办", to="handler")
    assert where == "/departments/people?done=1"
    assert (await security.get("/departments/person?name=韦经办")).status == 404


async def test_a_delegation_is_entered_replaced_and_taken_back(office: Office) -> None:
    security = await with_department(office)
    path = "/departments/delegations"
    form = {"department": "M01", "person": "handler", "start": "2020-01-01"}
    text = await refused(security, path, "勾选", **form, instrument="龙民授1", until="2999-01-31")
    assert 'value="龙民授1"' in text  # what was typed stays
    form |= {"until": "2999-01-31", "powers": "decide"}
    item = {"id": "451423-012", "name": "残疾人证新办", "materials": []}
    file = {"items": [item | {"schema": {"type": "object", "properties": {}}}]}
    await office.centre.county.catalogue.publish(json.dumps(file).encode())
    await done(security, path, **form, instrument="龙民授1号", items="451423-012 b")
    again = await (await security.get(f"{path}?supersedes=1")).text()
    assert "取代编号 1" in again
    await done(security, path, **form, instrument="龙民授2号", supersedes="1")
    await refused(
        security, f"{path}/1/revoke", "delegation.unknown", instrument="x", start="2999-01-01"
    )
    await done(security, f"{path}/2/revoke", instrument="龙民授3号", start="2999-01-01")
    shown = await (await security.get(path)).text()
    for words in (
        "龙民授1号",
        "由编号 2 取代",
        "收回编号 2 的授权",
        "<li>残疾人证新办 <small>451423-012</small></li>",
        "<li>b</li>",
    ):
        assert words in shown, words


async def test_a_table_is_looked_at_before_it_is_taken(office: Office) -> None:
    security = await with_department(office)
    answer = await security.get("/departments/table.csv")
    table = (await answer.read()).decode("utf-8-sig")
    assert "县民政局" in table
    good = table.replace("低保岗", "救助岗") + "R01,县人社局\r\n"
    where = await uploaded(office, security, good.encode())
    shown = await (await security.get(where)).text()
    assert "救助岗" in shown
    assert "县人社局" in shown
    departments = office.centre.county.departments
    assert (await departments.now()).department("R01") is None
    assert await done(security, f"{where}/take") == "/departments?done=1"
    assert (await departments.now()).department("R01") is not None
    bad = await uploaded(office, security, "部门\n新的局\n".encode())
    shown = await (await security.get(bad)).text()
    assert "第 2 行" in shown
    assert "要写部门编码" in shown


async def reader_again(office: Office, role: StaffRole) -> Reader:
    begun = await office.site.logins.begin(role.value, "correct-horse-9", "", address="")
    return Reader(office.site, office.client, begun.token)


async def uploaded(office: Office, reader: Reader, data: bytes) -> str:
    form = FormData({"token": office.site.forms.tokens.of(reader._cookie)})
    form.add_field("table", data, filename="t.csv", content_type="text/csv")
    answer = await office.client.post(
        "/departments/table", data=form, headers=reader._headers(), allow_redirects=False
    )
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]
