"""``yizhan-county catalogue``, on a county that runs and on one that does not."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli
from provisioning.policy.model import FILE
from runtime.cli.program import run_program
from tests.central.county.catalogue.conftest import LONGZHOU

Ask = Callable[..., Any]
ITEM = "451423-001"


def changed(folder: Path, name: str) -> Path:
    document = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    document["items"][0]["name"] = name
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def catalogue(data: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs ``catalogue COMMAND``; what it printed as JSON, or the code of its error."""

    def run(command: str, *arguments: str) -> Any:
        capsys.readouterr()
        code = run_program(cli, ["catalogue", command, str(data), *arguments, "--json"])
        printed = capsys.readouterr()
        return json.loads(printed.out)["code"] if code else json.loads(printed.out)

    return run


def words(data: Path, capsys: pytest.CaptureFixture[str], command: str, *more: str) -> str:
    capsys.readouterr()
    assert run_program(cli, ["catalogue", command, str(data), *more]) == 0
    return capsys.readouterr().out


def test_the_whole_way_of_a_draft(
    published: Ask, catalogue: Ask, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = catalogue("propose", str(changed(tmp_path, "一")), "--author", "张三")
    assert first.keys() == {"draft", "digest", "base", "changes", "findings", "under_way"}
    assert [one["item"] for one in first["changes"]] == [ITEM]
    draft = str(first["draft"])
    assert catalogue("approve", draft, "--approver", "张　三") == "catalogue.own-draft"
    assert catalogue("publish", draft) == "catalogue.unapproved"
    refused = catalogue("reject", draft, "--by", "李四", "--reason", "名称不对")
    assert (refused["state"], refused["reason"]) == ("rejected", "名称不对")
    assert catalogue("approve", draft, "--approver", "李四") == "catalogue.draft-state"

    content = changed(tmp_path, "二").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))
    second = catalogue("propose", "-", "--author", "张三", "--draft", draft)
    assert (str(second["draft"]), second["digest"] != first["digest"]) == (draft, True)
    stale = catalogue("approve", draft, "--approver", "李四", "--digest", first["digest"])
    assert stale == "catalogue.draft-changed"
    approved = catalogue("approve", draft, "--approver", "李四", "--digest", second["digest"])
    assert approved["state"] == "approved"
    assert catalogue("publish", draft) == {"release": 2}
    assert catalogue("publish", draft) == "catalogue.draft-state"
    shown = catalogue("show")
    assert (shown["author"], shown["approver"]) == ("张三", "李四")
    assert shown["digest"] == second["digest"]
    assert published("publish", str(changed(tmp_path, "二"))) == {"release": 2}


def publish_two(catalogue: Ask, folder: Path) -> None:
    """Release 2, in which the first item is called 二."""
    catalogue("propose", str(changed(folder, "二")), "--author", "张三")
    catalogue("reject", "1", "--by", "李四", "--reason", "名称不对")
    catalogue("propose", str(changed(folder, "二")), "--author", "张三", "--draft", "1")
    catalogue("approve", "1", "--approver", "李四")
    assert catalogue("publish", "1") == {"release": 2}


def test_of_two_authors_the_second_is_told_and_nothing_is_lost(
    published: Ask, catalogue: Ask, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, three = (str(changed(tmp_path, name)) for name in "一二三")
    first = catalogue("propose", one, "--author", "张三")
    over = ("--draft", "1", "--author")
    assert catalogue("propose", two, *over, "李四") == "catalogue.draft-edited"
    seen = ("--digest", first["digest"])
    second = catalogue("propose", two, *over, "李四", *seen)
    assert second["changes"][0]["name"] == "二"

    for more in ((), seen):  # 张三 has not seen what 李四 wrote
        assert catalogue("propose", three, *over, "张三", *more) == "catalogue.draft-edited"
    assert run_program(cli, ["catalogue", "propose", str(data), three, *over, "张三"]) == 3
    told = capsys.readouterr().err
    assert "编写人 李四" in told
    assert second["digest"] in told
    found = catalogue("show", "1")
    assert (found["draft"]["digest"], found["draft"]["author"]) == (second["digest"], "李四")
    assert [step["step"] for step in found["steps"]] == ["proposed", "edited"]
    third = catalogue("propose", three, *over, "张三", "--digest", second["digest"].upper())
    assert third["changes"][0]["name"] == "三"


def test_a_file_of_an_older_release_is_refused_where_its_author_names_it(
    published: Ask, catalogue: Ask, tmp_path: Path
) -> None:
    file, base = str(changed(tmp_path, "一")), ("--author", "张三", "--base")
    for wrong in ("0", "2"):
        assert catalogue("propose", file, *base, wrong) == "catalogue.outdated"
    assert catalogue("drafts", "--all") == []
    assert catalogue("propose", file, *base, "1")["base"] == 1
    for wrong in ("-1", "x"):
        assert catalogue("propose", file, *base, wrong) == "usage"
    assert catalogue("propose", file, "--author", "张三", "--digest", "00") == "usage"


def test_what_is_different_is_told_by_number_and_in_words(
    published: Ask, catalogue: Ask, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_two(catalogue, tmp_path)
    assert catalogue("show", "--item", ITEM)["item"]["name"] == "二"
    assert catalogue("show", "--release", "1", "--item", ITEM)["item"]["version"] == 1
    (change,) = catalogue("diff")["changes"]
    assert (change["item"], change["drafts"]) == (ITEM, "harmless")
    assert change["fields"][0]["new"] == "二"
    assert [one["release"] for one in catalogue("history")] == [2, 1]
    assert [one["version"] for one in catalogue("history", "--item", ITEM)] == [2, 1]
    assert len(catalogue("history", "--limit", "200")) == 2
    assert catalogue("history", "--limit", "201") == catalogue("history", "--limit", "0") == "usage"
    assert catalogue("diff", "1", "7") == "usage"
    assert "编写 张三，审核 李四，草稿 1" in words(data, capsys, "show")
    assert "名称：城乡居民基本养老保险参保登记 → 二" in words(data, capsys, "diff", "1", "2")
    assert "退回 李四：名称不对" in words(data, capsys, "show", "1")


def test_a_release_is_exported_withdrawn_from_and_gone_back_to(
    published: Ask, catalogue: Ask, data: Path, tmp_path: Path
) -> None:
    publish_two(catalogue, tmp_path)
    exported = tmp_path / "exported.json"
    assert run_program(cli, ["catalogue", "export", str(data), "--to", str(exported)]) == 0
    assert published("publish", str(exported)) == {"release": 2}  # no change

    back = catalogue("rollback", "--to", "1", "--author", "王五")
    gone = catalogue("withdraw", "--item", ITEM, "--by", "王五")
    assert gone["changes"][0]["kind"] == "removed"
    told = gone["under_way"]
    assert [(one["item"], one["applications"]) for one in told] == [(ITEM, 0)]
    assert catalogue("withdraw", str(gone["draft"]), "--by", "王五")["state"] == "withdrawn"
    assert [one["draft"] for one in catalogue("drafts")] == [back["draft"]]
    assert len(catalogue("drafts", "--all")) == 3
    catalogue("approve", str(back["draft"]), "--approver", "李四")
    assert catalogue("publish", str(back["draft"]), "--from", "2099-01-01") == {"release": 3}
    planned = catalogue("show")["planned"]
    assert [(one["item"], one["start"]) for one in planned] == [(ITEM, "2099-01-01")]


def test_every_step_stands_in_the_record_with_both_persons(
    data: Path, catalogue: Ask, ask: Ask, tmp_path: Path
) -> None:
    catalogue("propose", str(changed(tmp_path, "一")), "--author", "张三")
    catalogue("approve", "1", "--approver", "张三")
    digest = catalogue("approve", "1", "--approver", "李四")["digest"]
    catalogue("publish", "1")
    export = tmp_path / "audit.jsonl"
    assert run_program(cli, ["audit", "export", str(data), "--to", str(export)]) == 0
    text = export.read_text("utf-8")
    entries = [json.loads(line) for line in text.splitlines() if "county.catalogue" in line]
    assert json.dumps(entries, ensure_ascii=False).count(digest) >= 4
    assert "catalogue.own-draft" in text  # what was refused, too
    assert "张三" in text
    assert "李四" in text


def test_where_the_policy_asks_for_a_second_person_nobody_publishes_alone(
    data: Path, ask: Ask, catalogue: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "authority" / FILE).write_text('[catalogue]\nreview = "second-person"\n')
    file = changed(tmp_path, "一")
    assert ask("publish", str(file), code=3)["code"] == "catalogue.review-needed"
    capsys.readouterr()
    assert run_program(cli, ["publish", str(data), str(file)]) == 3
    assert "须经第二人审核" in capsys.readouterr().err
    catalogue("propose", str(file), "--author", "张三")
    assert catalogue("publish", "1") == "catalogue.unapproved"
    catalogue("approve", "1", "--approver", "李四")
    assert catalogue("publish", "1") == {"release": 1}


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        ('[catalogue]\nreview = "two"\n', "[catalogue] review"),
        ("[catalogue]\nreview_days = 0\n", "[catalogue] review_days"),
        ("[catalogue]\nreview_days = 366\n", "[catalogue] review_days"),
        ("[catalogue]\nx = 1\n", "[catalogue] x"),
    ],
)
def test_a_wrong_rule_is_named_and_nothing_is_published(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, key: str
) -> None:
    (data / "authority" / FILE).write_text(policy)
    assert run_program(cli, ["publish", str(data), str(changed(tmp_path, "一"))]) == 2
    assert key in capsys.readouterr().err


def test_a_new_county_may_be_made_so_that_a_second_person_is_needed(tmp_path: Path) -> None:
    made = ["init", "--code", "451423", "--name", "县", "--url", "https://127.0.0.1:1", "--review"]
    for review in ("none", "second-person"):
        data = tmp_path / review
        assert run_program(cli, [*made, review, str(data)]) == 0
        assert (data / "authority" / FILE).exists() == (review == "second-person")
    text = (tmp_path / "second-person" / "authority" / FILE).read_text()
    assert text == '[catalogue]\nreview = "second-person"\n'
    assert run_program(cli, [*made, "two", str(tmp_path / "two")]) == 2


@pytest.mark.parametrize("day", ["", " ", "2027", "tomorrow", "2027-02-30", "2027-02-03T10:00"])
def test_a_day_is_a_day(catalogue: Ask, tmp_path: Path, day: str) -> None:
    catalogue("propose", str(changed(tmp_path, "一")), "--author", "张三")
    catalogue("approve", "1", "--approver", "李四")
    assert catalogue("publish", "1", "--from", day) == "usage"
    assert catalogue("drafts")[0]["state"] == "approved"
    assert catalogue("publish", "1", "--from", "２０９９年1月2日") == {"release": 1}
    assert {one["start"] for one in catalogue("show")["planned"]} == {"2099-01-02"}


@pytest.mark.parametrize("day", ["2026-01-01", "0001-01-01"])
def test_a_day_that_is_over_publishes_nothing(catalogue: Ask, tmp_path: Path, day: str) -> None:
    catalogue("propose", str(changed(tmp_path, "一")), "--author", "张三")
    catalogue("approve", "1", "--approver", "李四")
    assert catalogue("publish", "1", "--from", day) == "usage"
    assert catalogue("drafts")[0]["state"] == "approved"
    assert catalogue("publish", "1") == {"release": 1}


@pytest.mark.parametrize("release", ["0", "-1"])
def test_there_is_no_release_before_the_first(catalogue: Ask, release: str) -> None:
    """0 once meant the newest one, and the answer was a draft without a change."""
    assert catalogue("rollback", f"--to={release}", "--author", "张三") == "usage"
    assert catalogue("drafts", "--all") == []
