"""What a department system may ask over HTTP, and what it is refused."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from central.accounts.roles import RIGHTS, StaffRole
from central.county.api.calls import AddToken, RevokeToken, TokenRight
from central.county.api.guard import BURST, MAX_BODY_BYTES
from central.county.departments.staffing import Staffing
from protocol.errors import LoginForbiddenError, UsageError
from protocol.errors.api import TokenTakenError, TokenUnknownError
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.county.api.apis import OWNER, Api, api_of
from tests.central.county.centre import Centre
from tests.central.county.departments.scene import CIVIL, staffing

DAY_MS = 86_400_000


@pytest.fixture
async def api(centre: Centre) -> AsyncIterator[Api]:
    async with api_of(centre) as made:
        yield made


async def some_cases(centre: Centre, count: int = 1) -> list[str]:
    village = await centre.village()
    for _ in range(count):
        await centre.bring(village.submit())
    return [str(case["case"]) for case in await centre.cases()][-count:]


async def test_a_case_is_read_acted_on_and_decided(api: Api, centre: Centre) -> None:
    (number,) = await some_cases(centre)
    found = await api.get(f"/cases/{number}")
    assert (found["state"], found["shown"]["case"]["case"]) == ("received", number)

    path = f"/cases/{number}/actions/accept"
    status, done = await api.ask("POST", path, json={"note": "齐全", "seen": 1})
    assert (status, done["state"], done["n"]) == (200, "accepted", 2)
    status, done = await api.ask("POST", path, json={"seen": 1})
    assert (status, done["code"]) == (409, "case.moved")

    decision = {"outcome": "approved", "note": "准予。"}
    status, done = await api.ask("POST", f"/cases/{number}/decision", json=decision)
    assert (status, done["state"]) == (200, "decided")
    status, done = await api.ask("POST", f"/cases/{number}/decision", json=decision)
    assert (status, done["code"]) == (409, "case.closed")
    assert done["words"]
    assert done["next"]
    events = (await api.get(f"/cases/{number}"))["events"]
    assert [event["by"] for event in events] == ["", "接口", "接口"]


async def test_a_token_may_what_its_rights_say(api: Api, centre: Centre) -> None:
    (number,) = await some_cases(centre)
    await api.token("只读", TokenRight.READ)
    act = f"/cases/{number}/actions/accept"
    assert (await api.ask("GET", f"/cases/{number}", by="只读"))[0] == 200
    for method, path in (("POST", act), ("GET", "/events")):
        status, refused = await api.ask(
            method, path, by="只读", json={} if method == "POST" else None
        )
        assert (status, refused["code"]) == (403, "api.right")
    await api.token("事件", TokenRight.EVENTS)
    for path in ("/cases", f"/cases/{number}", "/items", "/export/up_pro_accept"):
        assert (await api.ask("GET", path, by="事件"))[1]["code"] == "api.right"
    assert (await centre.county.flows.life(number)).status.n == 1


async def test_a_token_is_of_no_department_that_is_not_set_up(api: Api) -> None:
    async def set_up() -> Staffing:
        return staffing()

    api.tokens._departments = set_up
    wanted = AddToken(name="民政接口", rights=[TokenRight.READ], department="NOPE")
    with pytest.raises(UsageError, match="NOPE：没有这个部门"):
        await api.tokens.add(OWNER, wanted)
    for known in (CIVIL, ""):
        await api.tokens.add(OWNER, replace(wanted, name=f"接口{known}", department=known))


async def test_a_token_that_counts_no_more_opens_nothing(api: Api, centre: Centre) -> None:
    await api.token("接口")
    assert (await api.ask("GET", "/cases"))[0] == 200
    with pytest.raises(TokenTakenError):
        await api.token("接口")
    await api.tokens.revoke(OWNER, RevokeToken(name="接口"))
    assert (await api.ask("GET", "/cases"))[1]["code"] == "api.token-over"
    with pytest.raises(TokenUnknownError):
        await api.tokens.revoke(OWNER, RevokeToken(name="接口"))

    made = await api.tokens.add(OWNER, AddToken(name="接口", days=1))
    api.known["接口"] = made.token
    centre.clock.jump_wall(ms=DAY_MS - 1)
    assert (await api.ask("GET", "/cases"))[0] == 200
    centre.clock.jump_wall(ms=1)
    assert (await api.ask("GET", "/cases"))[0] == 401


async def test_who_may_only_handle_cases_makes_and_takes_back_no_token(api: Api) -> None:
    """Its token would act in another's name."""
    handler = Actor.on_page("韦兰", RIGHTS[StaffRole.HANDLER])
    await api.token("接口")
    with pytest.raises(LoginForbiddenError):
        await api.tokens.add(handler, AddToken(name="黄局", rights=[TokenRight.ACT]))
    with pytest.raises(LoginForbiddenError):
        await api.tokens.revoke(handler, RevokeToken(name="接口"))
    shown = (await api.tokens.list(handler, Nothing())).tokens
    assert [(one.name, one.revoked_ms) for one in shown] == [("接口", None)]
    with pytest.raises(LoginForbiddenError):
        await api.tokens.list(Actor.on_page("某人", frozenset()), Nothing())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic YTpi"])
async def test_nobody_asks_without_a_token(api: Api, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    response = await api.client.get("/cases", headers=headers)
    assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await response.json())["code"] == "api.token"
    assert (await api.client.get("/openapi.json")).status == 200


async def test_a_department_sees_its_own_cases(api: Api, centre: Centre) -> None:
    (number,) = await some_cases(centre)
    own = (await centre.county.flows.life(number)).rules.department
    await api.token("外部", department="别的局")
    for method, path in (
        ("GET", f"/cases/{number}"),
        ("POST", f"/cases/{number}/actions/accept"),
        ("POST", f"/cases/{number}/decision"),
    ):
        body = {"outcome": "approved", "note": "准予。"} if method == "POST" else None
        assert (await api.ask(method, path, by="外部", json=body))[1]["code"] == "case.unknown"
    for path in ("/cases", "/items", "/events"):
        found = (await api.ask("GET", path, by="外部"))[1]
        assert found[path[1:]] == []
    exported = await api.raw("GET", "/export/up_pro_accept", by="外部")
    assert await exported.text() == ""
    if own:
        await api.token("本部门", department=own)
        assert (await api.ask("GET", f"/cases/{number}", by="本部门"))[0] == 200


async def test_pages_are_complete_while_cases_arrive(api: Api, centre: Centre) -> None:
    numbers = await some_cases(centre, 5)
    village, found, after = await centre.village(), list[str](), ""
    while True:
        page = await api.get("/cases", limit=2, **({"after": after} if after else {}))
        found += [case["case"] for case in page["cases"]]
        centre.clock.jump_wall(ms=1000)
        await centre.bring(village.submit())
        after = page["after"]
        if not after:
            break
    assert sorted(found) == sorted(set(found))
    assert set(numbers) <= set(found)


async def test_the_feed_tells_each_event_once_in_its_order(api: Api, centre: Centre) -> None:
    numbers, after, found = await some_cases(centre, 3), "", list[tuple[str, int, str]]()
    for round_ in range(8):
        page = await api.get("/events", limit=2, **({"after": after} if after else {}))
        after = page["after"]
        found += [(one["station"], one["position"], one["kind"]) for one in page["events"]]
        if round_ < len(numbers):
            await api.ask("POST", f"/cases/{numbers[round_]}/actions/accept", json={})
    assert [position for _, position, _ in found] == list(range(1, 7))
    assert [kind for _, _, kind in found].count("accepted") == 3
    assert not (await api.get("/events", after=after))["events"]
    assert (await api.ask("GET", "/events?after=zz"))[1]["code"] == "api.cursor"


async def test_what_is_sent_again_is_done_once(api: Api, centre: Centre) -> None:
    (number,) = await some_cases(centre)
    path = f"/cases/{number}/actions/take"
    first = await api.ask("POST", path, key="k1", json={})
    assert first[0] == 200
    assert await api.ask("POST", path, key="k1", json={}) == first
    async with api.again() as again:  # the program was started anew
        assert await again.ask("POST", path, key="k1", json={}) == first
    status, refused = await api.ask("POST", path, key="k1", json={"note": "另一个"})
    assert (status, refused["code"]) == (409, "api.key-used")
    assert (await centre.county.flows.life(number)).status.n == 2
    status, refused = await api.ask("POST", path, key="字" * 101, json={})
    assert (status, refused["code"]) == (400, "api.request")
    centre.clock.jump_wall(ms=DAY_MS + 1)
    assert (await api.ask("POST", path, key="k1", json={"note": "再来"}))[0] == 200


async def test_tables_of_exchange_have_the_rows_of_every_case(api: Api, centre: Centre) -> None:
    numbers = await some_cases(centre, 3)
    await api.ask("POST", f"/cases/{numbers[0]}/decision", json={"outcome": "approved", "note": ""})
    audit = centre.ground.nodes.scene.authority.audit
    before = max((one.number for one in audit.newest(0, 1)), default=0)  # others wrote in it, too
    for table, wanted in (
        ("up_pro_accept", numbers),
        ("up_pro_process", [numbers[0]] * 3 + numbers[1:]),
        ("up_pro_result", numbers[:1]),
        ("up_pro_special_procedure", []),
    ):
        found, after = list[str](), ""
        while True:
            response = await api.raw("GET", f"/export/{table}?limit=2&after={after}")
            found += [json.loads(row)["project_no"] for row in (await response.text()).splitlines()]
            after = response.headers.get("X-After", "")
            if not after:
                break
        assert found == wanted
    assert (await api.ask("GET", "/export/users"))[0] == 404
    noted = [one for one in audit.newest(0, 200) if one.number > before]
    assert {one.detail["table"] for one in noted if one.action == "county.case-export"} == {
        *("up_pro_accept", "up_pro_process", "up_pro_result", "up_pro_special_procedure")
    }


async def test_items_are_those_that_count_today(api: Api) -> None:
    found = await api.get("/items", limit=1)
    assert found["items"][0]["item"]
    assert found["release"] == 1


async def test_what_is_wrong_is_refused_in_json(api: Api, centre: Centre) -> None:
    (number,) = await some_cases(centre)
    act = f"/cases/{number}/actions/accept"
    wrong: list[tuple[str, str, object, int, str]] = [
        ("GET", "/nothing", None, 404, "api.path"),
        ("DELETE", "/cases", None, 405, "api.path"),
        ("GET", "/cases?limit=0", None, 400, "api.request"),
        ("GET", "/cases?limit=201", None, 400, "api.request"),
        ("GET", "/cases?state=x", None, 400, "usage"),
        ("GET", "/cases/none", None, 404, "case.unknown"),
        ("POST", act, [], 400, "api.request"),
        ("POST", act, {"seen": "one"}, 400, "api.request"),
        ("POST", f"/cases/{number}/actions/fly", {}, 404, "case.action-unknown"),
        ("POST", act, {"note": "x" * MAX_BODY_BYTES}, 413, "api.too-large"),
    ]
    for method, path, body, status, code in wrong:
        found = await api.ask(method, path, json=body)
        assert (found[0], found[1]["code"]) == (status, code), path


async def test_a_token_asks_only_so_often(api: Api, centre: Centre) -> None:
    for _ in range(int(BURST)):
        assert (await api.ask("GET", "/items?limit=1"))[0] == 200
    refused = await api.raw("GET", "/items")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    await centre.clock.advance(1)
    assert (await api.ask("GET", "/items?limit=1"))[0] == 200
