"""Entries that are there only so that there is one: each rule, and what lies just inside."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from protocol.catalogue.lint.padding import RULES, Entry, padding_of

TODAY = date(2026, 11, 29)
_BODY = "二〇二六年第三季度农村危房改造补助资金已经拨付到各乡镇，共计四十二户。"
GOOD = Entry(
    id="2026-00037",
    title="第三季度危房改造补助资金发放情况",
    body=_BODY,
    publisher="龙州县住房和城乡建设局",
    duty="危房改造",
    created=date(2026, 11, 20),
    published=date(2026, 11, 25),
)
REPLY = replace(
    GOOD,
    duty="",
    writer="农某荣",
    letter=date(2026, 11, 1),
    title="关于村道路灯的来信",
    body="您好，上金乡进明村的路灯已于本月十八日修好，谢谢您的来信。",
)
_LAST = date(2026, 10, 31)
_LONG = "本次发放按照县政府批准的方案进行，由各乡镇核对名单以后通过银行卡发放到户。" * 3


def _others(entry: Entry, number: int, **changed: Any) -> list[Entry]:
    return [
        replace(entry, id=f"o{n}", title=f"第{n}篇", body=changed.get("body", "短文"), duty="x")
        for n in range(number)
    ]


_LATE = replace(GOOD, created=_LAST, published=_LAST)
# code, what fires it among which others, and what lies just inside
CASES: list[tuple[str, Entry, list[Entry], Entry, list[Entry]]] = [
    ("nothing", replace(GOOD, body="无公开信息"), [],
     replace(GOOD, body="详见附件", attachments=(100,)), []),
    ("nothing", replace(GOOD, body="字" * 19), [], replace(GOOD, body="字" * 20), []),
    ("publisher", replace(GOOD, publisher="有关部门"), [], GOOD, []),
    ("publisher", replace(GOOD, publisher=" "), [], GOOD, []),
    ("copy", replace(GOOD, body=_LONG + "一"), [replace(GOOD, id="o", body=_LONG)],
     replace(GOOD, body=_LONG), [replace(GOOD, id="o", body=_BODY)]),
    ("duty", replace(GOOD, duty=""), [], REPLY, []),
    ("dates", replace(GOOD, published=date(2026, 11, 19)), [],
     replace(GOOD, published=date(2026, 11, 20)), []),
    ("dates", replace(GOOD, published=date(2026, 11, 30)), [],
     replace(GOOD, published=TODAY), []),
    ("burst", _LATE, _others(_LATE, 10), _LATE, _others(_LATE, 9)),
    ("burst", _LATE, _others(_LATE, 10), GOOD, _others(GOOD, 10)),
    ("same-reply", REPLY, _others(REPLY, 3, body=REPLY.body), REPLY,
     _others(REPLY, 2, body=REPLY.body)),
    ("reply-before-letter", replace(REPLY, letter=date(2026, 11, 26)), [],
     replace(REPLY, letter=date(2026, 11, 25)), []),
    ("writer", replace(REPLY, writer="张三"), [], replace(REPLY, writer="张三妹"), []),
    ("attachment", replace(GOOD, attachments=(0,)), [], replace(GOOD, attachments=(1,)), []),
    ("attachment", replace(GOOD, attachments=(5, None)), [], replace(GOOD, attachments=()), []),
    ("title", replace(GOOD, title=_BODY), [], GOOD, []),
]  # fmt: skip


def test_every_rule_is_tried() -> None:
    assert {f"padding.{code}" for code, *_ in CASES} == {code for code, *_ in RULES}


@pytest.mark.parametrize(("code", "entry", "others", "_", "__"), CASES)
def test_padding_is_found(
    code: str, entry: Entry, others: list[Entry], _: Entry, __: list[Entry]
) -> None:
    found = padding_of(entry, others, TODAY)
    assert f"padding.{code}" in [one.code for one in found]
    assert all(one.item == entry.id and one.reason and one.todo for one in found)


@pytest.mark.parametrize(("code", "_", "__", "inside", "others"), CASES)
def test_what_says_something_is_no_padding(
    code: str, _: Entry, __: list[Entry], inside: Entry, others: list[Entry]
) -> None:
    assert padding_of(inside, others, TODAY) == []


def test_an_entry_is_no_copy_of_itself() -> None:
    long = replace(GOOD, body=_LONG)
    assert padding_of(long, [long], TODAY) == []
