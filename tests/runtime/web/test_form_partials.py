"""What the parts of a page say of a form, and what a browser sends back of it."""

from html.parser import HTMLParser
from typing import Any

import pytest

from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.schema import FormSchema
from runtime.web.language import KIT
from runtime.web.templates import Templates

RESIDENT = "451423189912310072"
SCHEMA: dict[str, Any] = {
    "title": "表",
    "required": ["name", "way"],
    "properties": {
        "name": {"type": "string", "title": "姓名", "maxLength": 30},
        "cause": {"type": "string", "title": "原因", "maxLength": 500},
        "born": {"format": "date", "title": "出生日期"},
        "grade": {"format": "cn-fen", "title": "档次", "enum": [10_000, 20_050]},
        "paid": {"format": "cn-fen", "title": "已付"},
        "parts": {"title": "分期", "items": {"format": "cn-fen"}},
        "poor": {"type": "boolean", "title": "低保"},
        "agreed": {"type": "boolean", "title": "同意"},
        "way": {"title": "方式", "enum": ["甲", "乙"]},
        "place": {"title": "地方", "enum": ["一", "二", "三", "四", "五"]},
        "members": {
            "title": "成员",
            "maxItems": 3,
            "items": {
                "required": ["who"],
                "properties": {
                    "who": {"title": "姓名", "type": "string"},
                    "id": {"title": "身份证号", "format": "cn-resident-id"},
                    "poor": {"title": "低保", "type": "boolean"},
                },
            },
        },
        "signed": {"title": "签署", "field": "signing"},
        "spouse": {"title": "配偶", "type": "string"},
        "heirs": {"title": "继承人", "items": {"properties": {"who": {"type": "string"}}}},
    },
    "rules": [
        {
            "when": {"properties": {"poor": {"const": True}}},
            "then": "show",
            "fields": ["spouse", "heirs"],
            "message": "低保户才填",
        }
    ],
}
FORM: dict[str, Any] = {
    "name": '样"一"<b>&amp;',
    "cause": "<script>第一行\n第二行</textarea>",
    "born": "1899-12-31",
    "grade": 20_050,
    "paid": 5,
    "parts": [1250, 29],
    "poor": False,
    "agreed": True,
    "way": "乙",
    "place": "三",
    "members": [{"who": "样二", "id": RESIDENT, "poor": True}, {"who": "样三", "poor": False}],
    "signed": {"way": "捺印", "paper": "原件留存"},
}
FORMED = FormSchema(SCHEMA)
TEMPLATES = Templates([KIT])


class Browser(HTMLParser):
    """Reads a page as a browser does: what is written on it, and what its fields send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.text, self.tags = "", list[str]()
        self.folded: list[str] = []  # names of fields that are folded away
        self._open, self._select, self._area = 0, "", ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.tags.append(tag)
        name, value = facts.get("name") or "", facts.get("value") or ""
        self._open += tag == "details"
        if name and self._open:
            self.folded.append(name)
        if tag == "input" and (facts.get("type") != "radio" or "checked" in facts):
            self.sent[name] = value
        elif tag == "select":
            self._select, self.sent[name] = name, ""
        elif tag == "option" and "selected" in facts:
            self.sent[self._select] = value
        elif tag == "textarea":
            self._area, self.sent[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == "details"
        if tag == "textarea":
            self.sent[self._area] = self.sent[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data
        else:
            self.text += data


def shown(
    part: str, form: dict[str, Any], *, masked: bool = False, faults: bool = False
) -> Browser:
    laid = layout(
        FORMED, form, masked=masked, faults=FORMED.faults(form) if faults else (), spare_rows=1
    )
    code = f'{{% import "form/{part}.html" as part with context %}}{{{{ part.fields(laid) }}}}'
    page = TEMPLATES.environments["zh"].from_string(code).render(language="zh", laid=laid)
    return Browser(page)


def printed(form: dict[str, Any], *, blank: bool = False) -> Browser:
    laid = layout(FORMED, form, spare_rows=1 if blank else 0)
    return Browser(
        TEMPLATES.render(
            "form/paper.html", "zh", laid=laid, name="表", code="c", number="", blank=blank
        )
    )


def test_what_a_browser_sends_of_a_form_that_nobody_changed_is_that_form() -> None:
    page = shown("entry", FORM)
    assert read_entry(FORMED, page.sent) == FORM
    assert not {"script", "b"} & set(page.tags)
    assert read_entry(FORMED, shown("entry", {}).sent) == {}
    assert page.text.count("再加几行") == 1  # of heirs: members has as many rows as it may


def test_a_field_that_is_not_there_is_folded_unless_something_is_wrong_with_it() -> None:
    assert "spouse" in shown("entry", FORM).folded
    wrong = shown("entry", FORM | {"spouse": "样四"}, faults=True)
    assert "spouse" not in wrong.folded
    assert "这里不用填：低保户才填" in wrong.text
    assert "spouse" not in shown("entry", FORM | {"poor": True}).folded


def test_a_fault_stands_at_its_field_and_what_must_be_filled_in_says_so() -> None:
    page = shown("entry", {"members": [{"id": "1"}]}, faults=True)
    for words in ("姓名 必填", "方式 必填", "必填，还没有填", "身份证号应为18位，现有1位"):
        assert words in page.text
    assert "低保 必填" not in page.text


@pytest.mark.parametrize("masked", [True, False])
def test_the_county_reads_what_is_filled_in_and_nothing_else(*, masked: bool) -> None:
    page = shown("view", FORM, masked=masked)
    for words in ("样二", "200.50 元", "12.50 元、0.29 元", "1899年12月31日", "捺印"):
        assert words in page.text
    assert (RESIDENT in page.text) is not masked
    assert ("451423********0072" in page.text) is masked
    assert "配偶" not in page.text
    assert "继承人" not in page.text


def test_on_paper_stands_what_is_filled_in_and_choices_are_ticked() -> None:
    page = printed(FORM)
    for words in ("☐甲", "☑乙", "☐100.00 元", "☑200.50 元", "☐是", "☑否", "0.05 元", RESIDENT):
        assert words in page.text
    assert "script" not in page.tags
    for hidden in ("配偶", "继承人"):
        assert hidden not in page.text
        assert hidden in printed({}, blank=True).text
    assert "☑" not in printed({}, blank=True).text
