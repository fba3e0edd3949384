"""A template says what its document must, names only facts that there are, and has its version."""

import json
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from protocol.catalogue.changes.difference import differences
from protocol.catalogue.changes.release import file_of, next_entries, versioned
from protocol.catalogue.changes.terms import TERMS
from protocol.catalogue.findings import Findings
from protocol.catalogue.items.entries import catalogue_entries, check_catalogue
from protocol.catalogue.items.rules import Place
from protocol.catalogue.templates.built_in import BUILT_IN
from protocol.catalogue.templates.kinds import KIND_WORDS, OF_NUMBER, REQUIRED, SLOTS, DocumentKind
from protocol.catalogue.templates.of_release import template_of
from protocol.catalogue.templates.template import (
    MAX_PARAGRAPHS,
    Template,
    pieces_of,
    read_template,
)

GOOD: dict[str, Any] = {
    "title": "受理通知书",
    "number": "样民受字〔{年份}〕第 {序号} 号",
    "body": ["{申请人}：", "“{事项}”（{办件编号}）已于{受理日期}受理，期限{办理期限}。"],
}
TODAY = date(2026, 11, 30)


def catalogue(documents: object) -> bytes:
    file = {"title": "样例目录", "items": [], "documents": documents}
    return json.dumps(file, ensure_ascii=False).encode()


def found(template: object, kind: str = "accepted") -> list[tuple[str, str]]:
    checked = check_catalogue(catalogue({kind: template}))
    return [(one.code, one.place) for one in checked.errors]


def test_a_good_template_stands_in_the_release_and_the_others_are_the_program_s_own() -> None:
    entries = catalogue_entries(catalogue({"accepted": GOOD}))
    own = template_of(entries, DocumentKind.ACCEPTED).template
    assert (own.title, own.number) == (GOOD["title"], GOOD["number"])
    assert (own.body, own.header) == (tuple(GOOD["body"]), "{机关}")
    other = template_of(entries, DocumentKind.REFUSED)
    assert (other.template, other.version) == (BUILT_IN[DocumentKind.REFUSED], 0)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"body": [*GOOD["body"], "{申请入}"]}, "item.template-slot", "body[2]"),
    ({"body": [*GOOD["body"], "{申请人"]}, "item.template-slot", "body[2]"),
    ({"body": [*GOOD["body"], "第 {序号} 号"]}, "item.template-slot", "body[2]"),
    ({"body": [*GOOD["body"], "收到：{材料清单}"]}, "item.template-slot", "body[2]"),
    ({"number": "{申请人}〔{年份}〕{序号}"}, "item.template-slot", "number"),
    ({"number": "样民受字〔{年份}〕"}, "item.template-missing", "number"),
    ({"body": ["{申请人}：", "“{事项}”{办件编号}{受理日期}"]}, "item.template-missing", ""),
    ({"body": [*GOOD["body"], "{公章}"]}, "item.template-picture", "body[2]"),
    ({"body": [*GOOD["body"], "data:image/png;base64,AAAA"]}, "item.template-picture", "body[2]"),
    ({"header": "<img src='seal.png'>"}, "item.template-picture", "header"),
    ({"seal": "seal.png"}, "item.key-unknown", "seal"),
    ({"body": []}, "item.count", "body"),
]


@pytest.mark.parametrize(("change", "code", "place"), WRONG)
def test_what_is_wrong_is_found_at_publishing(
    change: dict[str, Any], code: str, place: str
) -> None:
    at = f"documents.accepted.{place}".removesuffix(".")
    assert (code, at) in found({**GOOD, **change})


def test_a_document_that_there_is_not_is_refused() -> None:
    assert found(GOOD, "accepted2") == [("item.template-kind", "documents.accepted2")]
    checked = check_catalogue(catalogue([GOOD]))
    assert [one.code for one in checked.errors] == ["item.object"]


def test_a_template_has_so_many_paragraphs_and_no_more() -> None:
    most = [*GOOD["body"], *["同上。"] * (MAX_PARAGRAPHS - 2)]
    assert found({**GOOD, "body": most}) == []
    assert found({**GOOD, "body": [*most, "多一段。"]}) == [
        ("item.count", "documents.accepted.body")
    ]


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_program_s_own_templates_pass_the_same_check(kind: DocumentKind) -> None:
    findings = Findings()
    raw = {one.name: getattr(BUILT_IN[kind], one.name) for one in fields(BUILT_IN[kind])}
    raw["body"] = list(raw["body"])
    read = read_template(kind, raw, Place(findings=findings, item=""))
    assert (list(findings), read) == ([], BUILT_IN[kind])
    assert KIND_WORDS[kind] == BUILT_IN[kind].title


def test_every_fact_that_must_be_said_is_one() -> None:
    assert frozenset().union(*REQUIRED.values()) < SLOTS.keys()
    assert {one.name for one in fields(Template)} <= TERMS.keys()


def test_a_version_grows_with_each_change_and_goes_out_with_the_file() -> None:
    first = catalogue_entries(catalogue({"accepted": {**GOOD, "version": 9}}))
    first = next_entries({}, versioned(first, {}, TODAY), today=TODAY)
    assert template_of(first, DocumentKind.ACCEPTED).version == 1
    assert file_of(first)["documents"] == {"accepted": GOOD}

    same = versioned(catalogue_entries(catalogue({"accepted": GOOD})), first, TODAY)
    assert template_of(same, DocumentKind.ACCEPTED).version == 1
    other = {**GOOD, "title": "受理决定书"}
    second = versioned(catalogue_entries(catalogue({"accepted": other})), first, TODAY)
    second = next_entries(first, second, today=TODAY)
    assert template_of(second, DocumentKind.ACCEPTED).version == 2
    (change,) = differences(first, second)
    assert (change.name, [one.field for one in change.fields]) == ("受理决定书", ["名称"])

    gone = next_entries(
        second, versioned(catalogue_entries(catalogue({})), second, TODAY), today=TODAY
    )
    assert template_of(gone, DocumentKind.ACCEPTED).version == 0
    back = versioned(catalogue_entries(catalogue({"accepted": GOOD})), gone, TODAY)
    assert template_of(back, DocumentKind.ACCEPTED).version == 3


def test_a_newer_program_s_template_is_read_as_far_as_it_is_known() -> None:
    entry = json.dumps({**GOOD, "version": 4, "body": ["{将来的事}"], "later": 1}).encode()
    newer = template_of({"@doc.accepted": entry}, DocumentKind.ACCEPTED)
    assert (newer.version, newer.template.body) == (4, ("{将来的事}",))


def test_pieces_of_a_text() -> None:
    assert list(pieces_of("a{b}c{d}")) == [("a", "b"), ("c", "d"), ("", "")]


def test_every_fact_and_every_kind_stands_in_the_document_for_authors() -> None:
    text = (Path(__file__).parents[4] / "docs" / "documents.md").read_text("utf-8")
    listed = text.split("**Facts**")[1].split("A list (")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == SLOTS.keys() - OF_NUMBER
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", text.split("## Templates")[0], re.MULTILINE)
    assert rows == [(kind.value, words) for kind, words in KIND_WORDS.items()]
