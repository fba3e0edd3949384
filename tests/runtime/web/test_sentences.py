"""What the program says in sentences has its English; what is the county's own stays as it is."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

import protocol
from protocol.catalogue.calendars.dates import read_moment
from protocol.catalogue.calendars.due import due, read_limit
from protocol.catalogue.lint.table import RULES, findings_of
from runtime.web.sentences import english_of, sure_english_of, table
from tests.builders.catalogue.catalogue_items import entries_of, good
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR
from tests.protocol.catalogue.lint.test_table import CASES, TODAY

ROOT = Path(str(protocol.__file__)).parents[1]
SAYING = (  # modules whose sentences people read as findings, hints or rules in words
    *("protocol/catalogue/lint", "protocol/catalogue/items", "protocol/catalogue/changes"),
    *("protocol/catalogue/forms/proof/branches.py", "protocol/catalogue/fields.py"),
    *(
        f"protocol/catalogue/forms/{name}.py"
        for name in ("language", "keywords", "conditions", "patterns", "rules", "kinds", "layout")
    ),
    *(f"protocol/catalogue/fees/{name}.py" for name in ("reading", "rule", "expression", "kinds")),
    *(f"protocol/catalogue/calendars/{name}.py" for name in ("market", "workdays")),
    *(f"central/county/catalogue/pages/editing/{name}.py" for name in ("edit", "entry")),
    "central/county/catalogue/pages/library/edit.py",
)
NO_SENTENCES = (  # patterns, parts that are put together, words for programmers
    *("padding.py", "application.py"),
    *("terms.py", "choices.py", "fragments.py"),  # have their English beside them
    "个工作日",
    *(
        "(?<",
        "[^",
        "(?:",
        "测试|",
        "身份证|",
        "[不无]",
        "子丑",
        "鼠牛",
        "一二",
        "，小月",
        "“{}”不许填，",
    ),
    *(
        "与 {} 相反",
        "而它总是必填",
        "{}，农历",
        "公历{}日",
        "农历{}日",
        "天天",
        "周{}",
        "{}…（共 {} 字）",
    ),
    *("不是条件", "不是材料", "不是表单", "不是收费规则", "不是列表", "不是时限", "不是 {}"),
    *("告知承诺书", "容缺承诺书", "材料库", "乡镇变动", "（无）", "联合会审", "外部评定"),
)
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_SAID = re.compile(r"^[\w.{}\[\]]*: ")
_LEAST = 3  # Chinese characters of what may be a sentence


def sentences_in(path: Path) -> Iterator[str]:
    """Every Chinese text of a module that is no docstring, with ``{}`` for what is put in."""
    tree = ast.parse(path.read_text("utf-8"))
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inner.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            inner |= {id(one) for one in node.values}
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.value


def modules() -> Iterator[Path]:
    for name in SAYING:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def test_every_sentence_that_people_read_has_its_english() -> None:
    known = {re.sub(r"\{[dn]\}", "{}", one) for one in table()}
    left = [
        f"{path.name}: {one}"
        for path in modules()
        if path.name not in NO_SENTENCES
        for one in sentences_in(path)
        if len("".join(_CHINESE.findall(one))) >= _LEAST
        and not any(one.startswith(start) for start in NO_SENTENCES)
        and not {one, _SAID.sub("", one), one.replace("{}{}", "{}")} & known
    ]
    assert left == []


@pytest.mark.parametrize(("code", "changed", "_", "__"), CASES)
def test_what_lint_finds_is_english_but_for_what_the_item_says(
    code: str, changed: dict[str, Any], _: str, __: Any
) -> None:
    entries = entries_of(good(**changed))
    county = json.dumps(good(**changed), ensure_ascii=False) + "".join(
        entry.decode() for entry in entries.values()
    )
    (todo,) = [rule.todo for rule in RULES if rule.code == f"lint.{code}"]
    reasons = [one.reason for one in findings_of(entries, TODAY) if one.code == f"lint.{code}"]
    assert reasons
    for text in (todo, *reasons):
        said = english_of(text)
        assert said != text
        assert [one for one in _CHINESE.findall(said) if one not in county] == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("承诺11个工作日，法定只有7日", "11 working days are promised, the law gives 7 days"),
        ("没有监督投诉方式", "no complaint line"),
        ("“没有咨询方式”等于没有写", "“没有咨询方式” says nothing"),  # quoted: the county's own
        ("样例“甲”没有通过检查：缺少必填栏目“姓名”",
         "the example “甲” does not pass: the required field “姓名” is missing"),
        ("花括号里应是次数，如 {3} 或 {2,5}", "curly brackets hold a count, such as {3} or {2,5}"),
        ("谁也没有写过的话", "谁也没有写过的话"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_known_by_its_words(chinese: str, english: str) -> None:
    assert english_of(chinese) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("6、9 或 12 位行政区划代码", "division code of 6, 9 or 12 digits"),
        ("17 位数字", "17 digits"),
        ("如：农三妹", "such as 农三妹"),
        ("没有手机的不填", "没有手机的不填"),  # an author's hint, though it begins as a finding
    ],
)
def test_a_text_that_may_be_the_countys_is_translated_only_where_it_is_sure(
    text: str, english: str
) -> None:
    assert sure_english_of(text) == english


@pytest.mark.parametrize("limit", ["5wd", "7d", "48h"])
@pytest.mark.parametrize("start", ["2026-02-13", "2026-02-13T09:30"])
def test_why_a_limit_ends_on_a_day_is_told_in_english(limit: str, start: str) -> None:
    found = due(read_moment(start, zone=UTC), read_limit(limit), CALENDAR)
    pieces = [one for line in found.why for part in line.split("：") for one in part.split("，")]
    assert _CHINESE.findall("".join(map(english_of, pieces))) == []


def test_every_english_sentence_has_the_gaps_of_its_chinese_one() -> None:
    gap = re.compile(r"\{[dn]?\}")
    assert {zh for zh, en in table().items() if gap.findall(zh) != gap.findall(en)} == set()
    assert {zh for zh, en in table().items() if re.search("[\u4e00-\u9fff]", en)} <= {
        "补上群众的叫法，如 低保", "如：三月三",
    }  # fmt: skip
