"""What the form of each subject asks, and what its texts say; faults stand at their fields.

Source: docs/operations.md, "Written at the desk".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from protocol.errors import UsageError, YizhanError
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_NUMBER_CHARS
from protocol.text import identifier, person_name, visible

DAY = "day"
DAY_CHARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question."""

    name: str
    label: str
    most: int  # characters
    must: bool = True
    lines: bool = False  # several of them
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()  # each as it is sent and as it is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is asked."""

    title: str
    fields: Sequence[Field]
    photos: str  # what should be on them; empty: none is needed
    send: str  # what the button says
    dated: bool = False  # it was on a day that the clerk says


_DAY = Field(
    name=DAY, label="哪一天", most=DAY_CHARS, must=False, hint="写成 2027-01-31；就是今天可以不写"
)
_PLACE = Field(name="place", label="贴在哪里", most=MAX_NAME_CHARS, hint="如：村委会公示栏")
_BY = Field(name="by", label="谁提出的（可以不写）", most=MAX_NAME_CHARS, must=False)
_PHONE = Field(name="phone", label="联系电话（可以不写）", most=MAX_NUMBER_CHARS, must=False)
_KIND = Field(
    name="kind",
    label="哪一类",
    most=MAX_NAME_CHARS,
    choices=(
        ("consultation", "咨询"),
        ("complaint", "投诉"),
        ("suggestion", "建议"),
        ("mailbox", "县长信箱"),
    ),
)

FORMS: Mapping[str, Form] = {
    "placed": Form(
        title="公示已经贴上",
        fields=(_PLACE, _DAY),
        photos="拍下贴好的公示，看得出贴在哪里",
        send="记下并交给县里",
        dated=True,
    ),
    "taken-down": Form(
        title="公示已经撤下",
        fields=(_PLACE, _DAY),
        photos="拍下撤下后的公示栏",
        send="记下并交给县里",
        dated=True,
    ),
    "objection": Form(
        title="代收书面异议",
        fields=(
            Field(
                name="words",
                label="异议说的是什么",
                most=MAX_NOTE_CHARS,
                lines=True,
                hint="照本人写的概括，原件拍照附上",
            ),
            _BY,
            _PHONE,
        ),
        photos="拍下本人写的异议，每页一张",
        send="交给县里",
    ),
    "visit": Form(
        title="入户调查",
        fields=(
            Field(name="visitor.1", label="第一位入户人", most=MAX_NAME_CHARS),
            Field(
                name="visitor.2",
                label="第二位入户人",
                most=MAX_NAME_CHARS,
                hint="要两个人一起去，写另一个人的姓名",
            ),
            Field(
                name="words",
                label="看到了什么",
                most=MAX_NOTE_CHARS,
                lines=True,
                hint="人口、房屋、收入、病情等，照看到的写",
            ),
            _DAY,
        ),
        photos="入户的照片",
        send="交给县里",
        dated=True,
    ),
    "letter": Form(
        title="写信给县里",
        fields=(
            _KIND,
            Field(name="words", label="写什么", most=MAX_NOTE_CHARS, lines=True),
            Field(name="by", label="写信人（可以不写）", most=MAX_NAME_CHARS, must=False),
            _PHONE,
        ),
        photos="",
        send="交给县里",
    ),
}
WORDS = tuple(
    words
    for form in FORMS.values()
    for words in (
        *(form.title, form.photos, form.send),
        *(text for one in form.fields for text in (one.label, one.hint)),
        *(text for one in form.fields for _, text in one.choices),
    )
    if words
)
OF_APPLICATION = ("placed", "taken-down", "objection", "visit")  # a letter may be about none


def faults_of(what: str, texts: Mapping[str, str], today: date | None) -> Mapping[str, YizhanError]:
    """What is wrong, by the name of the field.

    Args:
        today: by trusted time; None: that is not known, and a form that is dated asks the day.
    """
    form = FORMS[what]
    found = {
        field.name: error for field in form.fields if (error := _fault(field, texts)) is not None
    }
    if DAY not in found and form.dated and (error := _wrong_day(texts.get(DAY, ""), today)):
        found[DAY] = error
    if what == "visit" and not found and _same_person(texts):
        found["visitor.2"] = UsageError("要写两个不同的人")
    return found


def _fault(field: Field, texts: Mapping[str, str]) -> YizhanError | None:
    text = texts.get(field.name, "")
    if field.must and not visible(text).strip():
        return UsageError("请选一项" if field.choices else "这一栏要填")
    if len(text if field.lines else _longest(text)) > field.most:
        return UsageError("写得太长了")
    if text and field.choices and text not in dict(field.choices):
        return UsageError("请选一项")
    return None


def _longest(text: str) -> str:
    """A short text in the form in which it is sent: some marks become several letters."""
    return max((text, identifier(text), person_name(text)), key=len)


def _wrong_day(text: str, today: date | None) -> YizhanError | None:
    if not text:
        return None if today else UsageError("本机的日期还没有核准，请写明是哪一天")
    try:
        day = date.fromisoformat(identifier(text))
    except ValueError:
        return UsageError("日期请写成 2027-01-31 的样子")
    return UsageError("这一天还没有到") if today and day > today else None


def _same_person(texts: Mapping[str, str]) -> bool:
    return person_name(texts["visitor.1"]) == person_name(texts["visitor.2"])
