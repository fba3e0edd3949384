"""The port for logins is all that pages need to know their readers."""

from runtime.web.guard import FormTokens
from tests.runtime.web.notebook import PASSWORD, Right, Visitor


async def test_a_reader_logs_in_reads_and_logs_out(visitor: Visitor) -> None:
    await visitor.log_in("王芳", Right.READ)
    visitor.cookie = ""
    form = {"token": await _token_of_the_login_form(visitor), "name": "王芳", "password": "wrong"}
    refused = await visitor.post("/login", form)
    text = await refused.text()
    assert (refused.status, "login.refused" in text, 'value="王芳"' in text) == (403, True, True)
    answer = await visitor.post("/login", {**form, "password": PASSWORD})
    visitor.cookie = answer.cookies[visitor.site.cookie].value
    text = await (await visitor.get("/notes")).text()
    assert ("王芳" in text, "便签" in text, "整理" in text) == (True, True, False)
    await visitor.post("/logout", {"token": await visitor.form_of("/notes")})
    assert (await visitor.get("/notes")).status == 303
    assert visitor.logins.told[1:] == ["refused 王芳", "login 王芳", "logout 王芳"]


async def test_where_nobody_has_an_account_the_page_says_how_to_make_one(visitor: Visitor) -> None:
    assert "notebook add NAME" in await (await visitor.get("/login")).text()
    await visitor.log_in("wang")
    visitor.cookie = ""
    assert "notebook add NAME" not in await (await visitor.get("/login")).text()


async def test_a_code_is_asked_for_where_logins_want_one(visitor: Visitor) -> None:
    assert 'name="code"' not in await (await visitor.get("/login")).text()
    visitor.logins.asks_code = True
    assert 'name="code"' in await (await visitor.get("/login")).text()


async def test_whoever_must_still_set_up_the_account_is_led_there(visitor: Visitor) -> None:
    await visitor.log_in("wang", Right.READ, set_up_at="/me/password")
    answer = await visitor.get("/notes")
    assert (answer.status, answer.headers["Location"]) == (303, "/me/password")
    assert (await visitor.get("/me/anything")).status == 404  # not led away from there


async def test_a_page_that_looks_for_news_by_itself_says_so(visitor: Visitor) -> None:
    await visitor.log_in("wang", Right.READ)
    await visitor.get("/notes?live=1")
    assert "looked" not in visitor.logins.told
    await visitor.get("/notes?live=1", HX_Request="true")
    assert visitor.logins.told[-1] == "looked"


async def test_a_site_has_its_own_menu_alerts_and_words(visitor: Visitor) -> None:
    await visitor.log_in("wang", Right.READ, Right.WRITE)
    text = await (await visitor.get("/notes")).text()
    assert all(word in text for word in ("便签", "整理", "请注意：full", "退出登录"))
    visitor.cookie += f"; language-{visitor.site.node}=en"
    text = await (await visitor.get("/notes")).text()
    assert all(word in text for word in ("Notes", "Tidy", "Mind: full", "Log out"))


async def test_a_form_sent_twice_acts_once_and_a_task_goes_on_by_itself(visitor: Visitor) -> None:
    token = await visitor.log_in("wang", Right.READ, Right.WRITE)
    for note in ("b", "b", "a"):
        await visitor.post("/notes", {"token": token, "note": note})
    assert visitor.notes.notes == ["b", "a"]
    answer = await visitor.post("/task", {"token": token})
    await visitor.site.tasks.close()
    assert "已完成" in await (await visitor.get(answer.headers["Location"])).text()
    assert await (await visitor.get("/notes.txt")).text() == "a\nb"


async def _token_of_the_login_form(visitor: Visitor) -> str:
    visitor.cookie = "anonymous"
    return FormTokens(b"secret").of("anonymous")


async def test_a_reader_begins_where_the_own_work_is(visitor: Visitor) -> None:
    await visitor.log_in("reader", Right.READ)
    assert (await visitor.get("/")).headers["Location"] == "/notes"
    await visitor.log_in("writer", Right.READ, Right.WRITE)
    assert (await visitor.get("/")).headers["Location"] == "/notes?to-write"
