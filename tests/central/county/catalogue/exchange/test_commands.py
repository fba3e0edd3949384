"""A catalogue leaves a county as a table, is edited there, and comes back, by real commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from central.commands.county import cli
from central.county.catalogue.exchange.commands import catalogue_of
from central.county.catalogue.exchange.csvs import read_csv
from central.county.catalogue.exchange.tables import excel_of
from protocol.catalogue.forms.reading import canonical_json
from runtime.cli.program import run_program
from tests.builders.catalogue.catalogue_items import LIBRARY, good
from tests.central.county.catalogue.conftest import LONGZHOU

GOOD = {"title": "样本", "items": [good()], "materials": LIBRARY}
Capture = pytest.CaptureFixture[str]


def run(*words: str, code: int = 0) -> None:
    assert run_program(cli, list(words)) == code


def said(capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    run(*words, code=code)
    return json.loads(capsys.readouterr().out)


def exported(data: Path, to: Path, *more: str) -> dict[str, Any]:
    run("catalogue", "export", str(data), "--to", str(to), *more)
    return catalogue_of(to)


@pytest.fixture
def county(data: Path, tmp_path: Path) -> Path:
    """One that has published the good catalogue from an Excel file."""
    (tmp_path / "first.xlsx").write_bytes(excel_of(GOOD))
    run("publish", str(data), str(tmp_path / "first.xlsx"))
    return data


@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out"])
def test_an_export_proposed_again_is_no_change(
    county: Path, tmp_path: Path, name: str, capsys: Capture
) -> None:
    out = tmp_path / name
    assert canonical_json(exported(county, out)) == canonical_json(GOOD)
    assert said(capsys, "publish", str(county), str(out), "--json") == {"release": 1}


def test_an_edited_table_becomes_a_draft_and_a_release(
    county: Path, tmp_path: Path, capsys: Capture
) -> None:
    document = exported(county, tmp_path / "out.xlsx")
    document["items"][0]["aliases"].append("最低保障")
    (tmp_path / "edited.xlsx").write_bytes(excel_of(document))
    proposed = said(
        capsys, "catalogue", "propose", str(county), str(tmp_path / "edited.xlsx"),
        "--author", "张三妹", "--json",
    )  # fmt: skip
    assert len(proposed["changes"]) == 1
    assert "最低保障" in json.dumps(proposed["changes"], ensure_ascii=False)


def test_an_excel_file_is_known_by_its_content(data: Path, tmp_path: Path) -> None:
    (tmp_path / "from-standard-input.json").write_bytes(excel_of(GOOD))
    run("publish", str(data), str(tmp_path / "from-standard-input.json"))
    assert canonical_json(exported(data, tmp_path / "out.json")) == canonical_json(GOOD)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_json_may_be_saved_as_table_programs_save(
    data: Path, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "catalogue.json"
    file.write_bytes(json.dumps(GOOD, ensure_ascii=False).encode(encoding))
    run("publish", str(data), str(file))
    assert canonical_json(exported(data, tmp_path / "out.json")) == canonical_json(GOOD)


def test_a_table_with_faults_changes_nothing_and_names_every_cell(
    county: Path, tmp_path: Path, capsys: Capture
) -> None:
    run("catalogue", "export", str(county), "--to", str(tmp_path / "out"))
    flow = tmp_path / "out" / "环节.csv"
    flow.write_bytes(flow.read_bytes().replace("受理".encode(), "喝茶".encode(), 1))
    items = tmp_path / "out" / "事项.csv"
    items.write_bytes(items.read_bytes().replace(b"10wd", "很快".encode()))
    for command in (("publish",), ("catalogue", "propose")):
        author = ("--author", "张三妹") if command[0] == "catalogue" else ()
        capsys.readouterr()
        run(*command, str(county), str(tmp_path / "out"), *author, code=3)
        error = capsys.readouterr().err
        assert "环节!C2" in error
        assert "事项!N2" in error
        assert "[catalogue.invalid]" in error
    assert canonical_json(exported(county, tmp_path / "again.json")) == canonical_json(GOOD)


def test_a_table_is_turned_into_a_file_and_back_without_a_county(
    tmp_path: Path, capsys: Capture
) -> None:
    source = LONGZHOU / "catalogue.json"
    for name in ("one.xlsx", "two", "three.json"):
        run("catalogue", "table", str(source), "--to", str(tmp_path / name))
        source = tmp_path / name
    original = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    assert canonical_json(catalogue_of(source)) == canonical_json(original)
    run("catalogue", "table", str(source), "--to", str(source), code=2)
    assert "已存在" in capsys.readouterr().err
    run("catalogue", "table", str(source), "--to", str(tmp_path / "x.pdf"), code=2)


def test_the_national_names_are_written_in_every_form(county: Path, tmp_path: Path) -> None:
    for name in ("n.json", "n.xlsx", "n"):
        to = tmp_path / name
        run("catalogue", "export", str(county), "--to", str(to), "--national")
    basic = json.loads((tmp_path / "n.json").read_text("utf-8"))["up_task_general_basic"]
    assert [one["task_name"] for one in basic] == [good()["name"]]
    sheet = (tmp_path / "n" / "up_task_general_basic.csv").read_bytes()
    heads, row = read_csv("x", sheet).rows
    assert row[heads.index("task_name")] == good()["name"]


def test_a_county_finds_items_as_stations_do(county: Path, tmp_path: Path, capsys: Capture) -> None:
    for text in ("低保", "dibao", "db", "民政", "451423-001"):
        found = said(capsys, "catalogue", "find", str(county), text, "--json")
        assert [one["name"] for one in found["items"]] == [good()["name"]]
    far = said(capsys, "catalogue", "find", str(county), "鑫", "--json")
    assert far["items"] == []
    assert [one["by"] for one in far["near"]] == ["near"]
    run("catalogue", "find", str(county), "鑫")
    assert "没有完全符合的事项" in capsys.readouterr().out


def test_before_the_first_release_that_is_said(data: Path, capsys: Capture) -> None:
    found = said(capsys, "catalogue", "find", str(data), "低保", "--json", code=3)
    assert found["code"] == "catalogue.missing"


def test_what_a_row_of_a_table_lacks_is_named(tmp_path: Path, capsys: Capture) -> None:
    """The place is the row: it does not say which part of an item is not there."""
    (tmp_path / "事项.csv").write_text("编号,名称\nA-1,甲\n", "utf-8")
    run("catalogue", "table", str(tmp_path / "事项.csv"), "--to", str(tmp_path / "a.json"), code=3)
    assert "事项!A2：缺少 schema 这一项" in capsys.readouterr().err
    assert not (tmp_path / "a.json").exists()


def test_a_folder_that_can_not_be_made_is_told_as_such(
    county: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "taken").write_text("mine")
    for words in (["export", str(county)], ["table", str(tmp_path / "first.xlsx")]):
        capsys.readouterr()
        run("catalogue", *words, "--to", str(tmp_path / "taken"), code=3)
        assert "不能往这个文件夹里写文件" in capsys.readouterr().err
    assert (tmp_path / "taken").read_text() == "mine"


def test_where_one_file_of_a_folder_is_there_none_is_written(
    county: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "条件.csv").write_text("mine")
    run("catalogue", "export", str(county), "--to", str(folder), code=2)
    assert "没有写出任何文件" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["条件.csv"]
    run("catalogue", "export", str(county), "--to", str(folder), "--force")
    assert (folder / "条件.csv").read_text("utf-8-sig").startswith("事项编号")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "标记说是 UTF-16，内容却不是，文件损坏或不完整；请另存为 UTF-8"),
        (b'{"items": "\xff"}', "请另存为 UTF-8"),
        (json.dumps({**GOOD, "title": chr(0xD800)}).encode(), "半个字符"),
    ],
)
def test_a_file_that_is_no_text_says_what_to_do(
    data: bytes, words: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "a.json").write_bytes(data)
    run("catalogue", "table", str(tmp_path / "a.json"), "--to", str(tmp_path / "b.json"), code=3)
    assert words in capsys.readouterr().err
    assert not (tmp_path / "b.json").exists()
