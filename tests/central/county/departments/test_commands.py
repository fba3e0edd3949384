"""``yizhan-county department``, ``post``, ``person``, ``substitute`` and ``delegate``, as typed."""

import asyncio
from pathlib import Path

import pytest

from central.accounts.roles import StaffRole
from central.commands import county as county_commands
from runtime.cli.program import run_program
from tests.central.commands.test_county import Shell
from tests.central.county.backup.place import Place
from tests.central.county.review.test_commands import recorded

HANDLER = StaffRole.HANDLER


class Rooms(Shell):
    """The verb of a group stands before the data folder."""

    def run(self, command: str, *arguments: str, code: int = 0) -> str:
        group, verb = command.split()
        return self.type(group, verb, str(self._data), *arguments, code=code)

    def status(self) -> str:
        return self.type("status", str(self._data))

    def type(self, *words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        assert run_program(county_commands.cli, words) == code, self._capsys.readouterr()
        out, self.error = self._capsys.readouterr()
        return out


async def _founded(place: Place) -> None:
    async with place.open() as county:
        for name in ("农经办", "黄代表"):
            await county.node.services.accounts.accounts.add(name, HANDLER, "correct-horse-9")


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Rooms:
    place = Place(folder=tmp_path)
    asyncio.run(_founded(place))
    return Rooms(place.data, capsys)


def test_a_department_is_set_up_and_taken_down_by_commands(shell: Rooms, tmp_path: Path) -> None:
    assert "所有业务经办员都可以办件" in shell.run("department list")
    shell.run("department put", "M01", "县民政局", "--phone", "0771-8810001")
    shell.run("department window", "县民政局", "3号窗口")
    said = shell.run(
        "post put", "县民政局", "低保岗", "--powers", "accept,review", "--window", "3号窗口"
    )
    assert "新增岗位：县民政局 低保岗，3号窗口，受理、审核" in said
    for person in ("农经办", "陆某某"):
        shell.run("post seat", "县民政局", "低保岗", person)
    assert "3号窗口" in shell.run("department list")
    assert "农经办、陆某某" in shell.run("post list")
    said = shell.run("department check")
    assert "陆某某 没有可用的业务经办员账号" in said
    assert "账号 黄代表 不在任何岗位" in said
    assert "post.unfilled" not in said
    assert "陆某某 没有可用的业务经办员账号" in shell.status()
    shell.run("person away", "农经办", "--until", "2999年1月31日")
    assert "外出至 2999-01-31" in shell.run("person list")
    shell.run("person back", "农经办")
    days = ("--from", "2026-01-01", "--until", "2999-01-05")
    shell.run("substitute add", "农经办", "陆某某", *days)
    (found,) = shell.json("substitute list")["substitutes"]
    assert (found["person"], found["substitute"], found["counts"]) == ("农经办", "陆某某", True)
    shell.run("substitute remove", "农经办", "陆某某", "--from", "2026/1/1")
    assert "没有代班" in shell.run("substitute list")
    shell.run("post put", "M01", "低保岗", "--rename", "社会救助岗")
    shell.run("post remove", "M01", "低保岗")  # by the name of before
    shell.run("person remove", "陆某某")
    shell.run("department remove", "M01")
    assert shell.json("department list") == {"departments": []}
    record = asyncio.run(recorded(Place(folder=tmp_path)))
    assert ("county.department-put", "M01") in record
    assert ("county.post-seat", "陆某某") in record


def test_what_is_exported_can_be_imported(shell: Rooms, tmp_path: Path) -> None:
    shell.run("department put", "M01", "县民政局", "--alias", "民政局")
    shell.run("post put", "M01", "低保岗", "--powers", "accept")
    shell.run("post seat", "M01", "低保岗", "农经办")
    for name in ("部门.xlsx", "部门.csv"):
        shell.run("department export", "--to", str(tmp_path / name))
        assert "没有改动" in shell.run("department import", str(tmp_path / name))


def test_delegations_are_granted_replaced_and_taken_back(shell: Rooms) -> None:
    shell.run("department put", "M01", "县民政局")
    shell.run("post put", "M01", "县民政局首席代表", "--powers", "受理")
    shell.run("post seat", "M01", "县民政局首席代表", "黄代表")
    until = ("--until", "2999-12-31")
    grant = ("M01", "黄代表", "--powers", "decide,seal", "--from", "2026-01-01", *until)
    shell.run("delegate grant", *grant, "--instrument", "龙民授〔2026〕1号", "--item", "low-income")
    shell.run(
        *("delegate grant", *grant, "--instrument", "龙民授〔2026〕2号"), *("--supersedes", "1")
    )
    shell.run("delegate revoke", "2", "--instrument", "龙民授〔2026〕3号", "--from", "2999-01-01")
    found = shell.json("delegate list")["delegations"]
    assert [(one["number"], one["state"], one["superseded_by"]) for one in found] == [
        (3, "end", None),
        (2, "in-force", 3),
        (1, "superseded", 2),
    ]
    assert [one["items"] for one in found] == [[], [], ["low-income"]]
    assert "已被取代" in shell.run("delegate list")


def test_what_is_wrong_is_said_in_words(shell: Rooms, tmp_path: Path) -> None:
    shell.run("department put", "M01", "县民政局")
    table = tmp_path / "坏.csv"
    table.write_text("部门,岗位,权限\n县民政局,低保岗,拍板\n新的局,x,受理\n", "utf-8")
    until = ("--until", "2999-12-31")
    grant = ("delegate grant", "M01", "黄代表", "--instrument", "x", "--from", "2026-01-01")
    for words, code, said in (
        (("department put", "民政", "x"), 3, "[post.words]"),
        (("department put", "X", "县民政局"), 3, "[post.taken]"),
        (("department remove", "Y"), 3, "[post.unknown]"),
        (("post put", "M01", "x", "--powers", "拍板"), 3, "不是权限"),
        (("person away", "农经办", "--until", "明天"), 3, "应是日期"),
        (("person away", "没有此人", "--until", "2999-01-01"), 3, "[post.unknown]"),
        (("department import", str(table)), 2, "2 处要改正"),
        ((*grant, "--powers", "", *until), 2, "[usage]"),
        ((*grant, "--powers", "decide", *until), 3, "[post.unknown]"),
        (("delegate revoke", "7", "--instrument", "x", "--from", "2026-01-01"), 3, "delegation.un"),
    ):
        shell.run(words[0], *words[1:], code=code)
        assert said in shell.error, words
    assert shell.json("post list") == {"posts": []}
    shell.run("department import", str(table), "--try", code=2)
    table.write_text("部门,岗位,权限\n县民政局,低保岗,受理\n", "utf-8")
    assert "新增岗位" in shell.run("department import", str(table), "--try")
    assert shell.json("post list") == {"posts": []}
    assert "已导入" in shell.run("department import", str(table))
