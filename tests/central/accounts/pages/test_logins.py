"""Logins of accounts behind the port of pages: what is recorded, and where one begins."""

from central.accounts.limits import IDLE_S
from central.accounts.onetime import Kind, Shown
from central.accounts.roles import StaffRole
from runtime.web.guard import FormTokens
from tests.central.accounts.office import PASSWORD
from tests.central.accounts.pages.visitor import Visitor


async def enter(visitor: Visitor, name: str, password: str) -> tuple[int, str]:
    """Log in by the form; the status and where it led."""
    visitor.cookie = "anonymous"
    token = FormTokens(b"secret").of("anonymous")
    answer = await visitor.post("/login", {"token": token, "name": name, "password": password})
    if visitor.site.cookie in answer.cookies:
        visitor.cookie = answer.cookies[visitor.site.cookie].value
    return answer.status, answer.headers.get("Location", "")


async def test_logins_logouts_and_tries_stand_in_the_record(visitor: Visitor) -> None:
    await visitor.office.accounts.add("欧·阳", StaffRole.SYSTEM, PASSWORD)
    assert await enter(visitor, "欧·阳", "wrong-password") == (403, "")
    assert await enter(visitor, "a-password-in-the-wrong-field", "x") == (403, "")
    assert await enter(visitor, "欧．阳", PASSWORD) == (303, "/")  # the dot of another keyboard
    token = visitor.site.forms.tokens.of(visitor.cookie)
    await visitor.post("/logout", {"token": token})
    assert visitor.notes.noted == [
        ("欧·阳 (web)", "login", "login.refused", ""),
        ("? (web)", "login", "login.refused", ""),
        ("欧·阳 (web)", "login", "done", ""),
        ("欧·阳 (web)", "logout", "done", ""),
    ]


async def test_one_begins_with_what_was_not_written_down(visitor: Visitor) -> None:
    await visitor.office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    shown = Shown(title="wang", secrets=("a",))
    number = await visitor.office.onetime.put("wang", Kind.RECOVERY, "wang", shown)
    assert await enter(visitor, "wang", PASSWORD) == (303, "/once")
    await visitor.office.onetime.done("wang", number)
    assert await enter(visitor, "wang", PASSWORD) == (303, "/")


async def test_without_an_account_the_page_says_how_to_make_one(visitor: Visitor) -> None:
    assert "yizhan-county staff add" in await (await visitor.get("/login")).text()
    await visitor.office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    assert "yizhan-county staff add" not in await (await visitor.get("/login")).text()


async def test_a_role_without_the_right_is_refused(visitor: Visitor) -> None:
    token = await visitor.log_in("wang", StaffRole.OPERATOR)
    assert (await visitor.get("/staff")).status == 403
    answer = await visitor.post("/staff/add", {"token": token, "name": "x2", "role": "system"})
    assert (answer.status, "login.forbidden" in await answer.text()) == (403, True)


async def test_a_page_that_looks_for_news_by_itself_keeps_nobody_logged_in(
    visitor: Visitor,
) -> None:
    await visitor.log_in("keeper", StaffRole.SECURITY)
    for _ in range(4):
        visitor.office.clock.tick(IDLE_S / 4 - 1)
        assert (await visitor.get("/staff?live=1", HX_Request="true")).status == 200
    visitor.office.clock.tick(4)
    assert (await visitor.get("/staff?live=1", HX_Request="true")).status == 401
