"""Saved views of the work list: by name, shared, opened whatever has become of what they name."""

import re

from central.accounts.roles import StaffRole
from tests.central.accounts.office import staff_at
from tests.central.county.review.test_queue_page import PASSWORD, Office, Reader

HANDLER = StaffRole.HANDLER


async def saved(reader: Reader, name: str, **form: str) -> str:
    """The address of the view."""
    answer = await reader.post("/worklist/views", {"name": name, **form})
    assert answer.status == 303, await answer.text()
    where = answer.headers["Location"]
    assert re.fullmatch(r"/worklist\?view=[0-9a-f]{16}", where)
    return where


async def shown(reader: Reader, address: str = "/worklist") -> str:
    answer = await reader.get(address)
    assert answer.status == 200
    return await answer.text()


async def test_a_view_opens_with_its_filters_and_may_be_the_first(office: Office) -> None:
    await office.centre.bring((await office.centre.village()).submit())
    (case,) = [one["case"] for one in await office.centre.cases()]
    reader = await office.reader(HANDLER)
    where = await saved(reader, "要补正的", whose="all", state="correction")
    text = await shown(reader, where)
    assert '<option value="correction" selected>' in text
    assert case not in text
    assert case in await shown(reader)
    path = where.replace("?view=", "/views/")
    assert (await reader.post(f"{path}/first", {"begins": "yes"})).status == 303
    assert case not in await shown(reader)
    assert case in await shown(reader, "/worklist?whose=all")  # an address says what it says
    assert (await reader.post(f"{path}/first", {})).status == 303
    assert case in await shown(reader)


async def test_it_is_renamed_and_removed(office: Office) -> None:
    reader = await office.reader(HANDLER)
    where = await saved(reader, "一", first="yes")
    path = where.replace("?view=", "/views/")
    assert (await reader.post(f"{path}/rename", {"name": "急着办的"})).status == 303
    assert "急着办的" in await shown(reader, where)
    for name in ("", " ", "长" * 31, "急着办的"):
        assert (await reader.post("/worklist/views", {"name": name})).status == 400
    assert (await reader.post(f"{path}/remove", {})).status == 303
    assert "急着办的" not in await shown(reader)
    assert "没有这个视图" in await shown(reader, where)
    assert (await reader.post(f"{path}/remove", {})).status == 400
    audit = office.centre.scene.authority.audit.newest(0, 50)
    assert {"county.view-rename", "county.view-remove"} <= {one.action for one in audit}


async def named(office: Office, name: str) -> Reader:
    """Another handler, logged in."""
    await staff_at(office.site).accounts.add(name, HANDLER, PASSWORD)
    begun = await office.site.logins.begin(name, PASSWORD, "", address="")
    return Reader(office.site, office.client, begun.token)


async def set_up(office: Office, *seated: str) -> Reader:
    """县民政局 with 低保岗, in which these are; whoever may change it."""
    security = await office.reader(StaffRole.SECURITY)
    of = "/departments/of/M01"
    forms: list[tuple[str, dict[str, str]]] = [
        ("/departments", {"code": "M01", "name": "县民政局", "phone": ""}),
        (f"{of}/post", {"name": "低保岗", "powers": "review", "window": ""}),
        *((f"{of}/seat", {"post": "低保岗", "person": one}) for one in seated),
    ]
    for path, form in forms:
        answer = await security.post(path, form)
        assert answer.status == 303, await answer.text()
    return security


async def test_a_shared_view_is_seen_by_its_post_and_changed_by_its_owner(office: Office) -> None:
    owner, colleague, stranger = [await named(office, name) for name in ("韦兰", "农芳", "黄外")]
    await set_up(office, "韦兰", "农芳")
    where = await saved(owner, "岗位的", circle="M01 低保岗", state="received")
    path = where.replace("?view=", "/views/")
    assert "岗位的" in await shown(colleague)
    assert "县民政局·低保岗" in await shown(colleague, where)
    assert "岗位的" not in await shown(stranger, where)
    assert (await colleague.post(f"{path}/rename", {"name": "我的"})).status == 403
    assert (await stranger.post(f"{path}/first", {"begins": "yes"})).status == 400
    assert (await stranger.post("/worklist/views", {"name": "x", "circle": "M01"})).status == 400
    whole = await saved(owner, "全局的", circle="M01")
    assert "全局的" in await shown(colleague, whole)
    await staff_at(office.site).accounts.remove("韦兰")
    assert (await colleague.post(f"{path}/rename", {"name": "接着用"})).status == 303


async def test_a_view_that_names_what_is_gone_says_so_and_opens(office: Office) -> None:
    owner = await named(office, "韦兰")
    security = await set_up(office, "韦兰")
    where = await saved(owner, "旧的", circle="M01 低保岗", department="县扶贫办", holder="走了的")
    text = await shown(owner, where)
    assert "县扶贫办" in text
    assert text.count("已经没有了") == 2
    gone = await security.post("/departments/of/M01/post-remove", {"post": "低保岗", "to": ""})
    assert gone.status in (303, 404)
    assert (await owner.get(where)).status == 200


async def test_nobody_else_has_views(office: Office) -> None:
    reader = await office.reader(StaffRole.AUDIT)
    assert (await reader.post("/worklist/views", {"name": "x"})).status == 403
