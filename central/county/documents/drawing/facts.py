"""What a document says of its case: typed facts, and the names that templates have for them.

Whoever asks for a document hands its facts over; nothing is looked up while it is made, so that
the same facts under the same version of a template give the same bytes.

Source: docs/documents.md, "Facts".
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from protocol.catalogue.calendars.dates import written_date
from protocol.catalogue.templates.kinds import SLOTS
from protocol.errors.documents import FactWrongError
from protocol.limits import MAX_FAULTS, MAX_NOTE_CHARS
from protocol.records.publicity import hidden
from protocol.text import is_invisible

REMEDY = (
    "如不服，可以自收到本文书之日起六十日内依法申请行政复议，"
    "也可以自收到本文书之日起六个月内依法向人民法院提起行政诉讼。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """All that one document may say. What is empty is not known, or does not apply."""

    department: str  # whose document it is
    short_name: str  # of the department, in numbers
    day: date  # that the document bears
    case: str = ""  # its number
    applicant: str = ""
    applicant_id: str = ""  # its middle is never printed
    item: str = ""
    received: date | None = None
    accepted: date | None = None
    limit: str = ""  # in words: 10个工作日
    due: date | None = None
    materials: tuple[str, ...] = ()  # that came
    faults: tuple[str, ...] = ()  # everything that is to be corrected
    until: date | None = None  # last day for that
    reasons: str = ""
    basis: str = ""  # in law
    remedy: str = REMEDY
    destination: str = ""  # where to go, or where it went
    extended_to: date | None = None
    fees: tuple[str, ...] = ()  # a line for each
    total: str = ""
    payment_code: str = ""
    pay_until: date | None = None
    delivers: str = ""  # document that is delivered, with its number
    recipient: str = ""
    handler: str = ""
    phone: str = ""
    place: str = ""
    of_township: bool = False  # a township's own: no template may name another over it

    def words(self) -> dict[str, str | tuple[str, ...]]:
        """Each fact under the name that templates have for it, as it is printed."""
        return {
            slot: value if isinstance(value, tuple) else _printed(slot, value)
            for slot, field in NAMES.items()
            for value in (getattr(self, field),)
        }

    def dated(self, day: date) -> "DocumentFacts":
        """The same in a document that bears this day."""
        return replace(self, day=day)

    def with_given(self, given: Mapping[str, Any]) -> "DocumentFacts":
        """The same with facts that somebody gave, by the names of templates.

        Raises:
            FactWrongError: there is no such fact, or that is none.
        """
        read: dict[str, Any] = {NAMES[_known(slot)]: _read(slot, given[slot]) for slot in given}
        return replace(self, **read)


NAMES: Mapping[str, str] = {
    "机关": "department",
    "简称": "short_name",
    "申请人": "applicant",
    "证件号码": "applicant_id",
    "事项": "item",
    "办件编号": "case",
    "收件日期": "received",
    "受理日期": "accepted",
    "落款日期": "day",
    "办理期限": "limit",
    "办结日期": "due",
    "材料清单": "materials",
    "问题清单": "faults",
    "补正期限": "until",
    "理由": "reasons",
    "依据": "basis",
    "救济途径": "remedy",
    "去向": "destination",
    "延期后日期": "extended_to",
    "缴费清单": "fees",
    "金额": "total",
    "缴款识别码": "payment_code",
    "缴费期限": "pay_until",
    "送达文书": "delivers",
    "受送达人": "recipient",
    "经办人": "handler",
    "联系电话": "phone",
    "办理地点": "place",
}
"""By the name that templates have: the field. Number and year are given with the number."""
_DAYS = frozenset(one.name for one in fields(DocumentFacts) if "date" in str(one.type))


def day_words(day: date) -> str:
    """As documents write it: 2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _printed(slot: str, value: object) -> str:
    if isinstance(value, date):
        return day_words(value)
    text = str(value or "")
    return hidden(text) if slot == "证件号码" else text


def _known(slot: str) -> str:
    if slot not in NAMES:
        raise FactWrongError(f"没有“{slot[:20]}”这一项")
    return slot


def _read(slot: str, value: object) -> object:
    if SLOTS[slot].is_list:
        lines = value if isinstance(value, list | tuple) else [value]
        if len(lines) > MAX_FAULTS:
            raise FactWrongError(f"“{slot}”有 {len(lines)} 项，最多 {MAX_FAULTS} 项")
        return tuple(_text(slot, line) for line in lines)
    if NAMES[slot] in _DAYS:
        try:
            return written_date(value)
        except ValueError:
            raise FactWrongError(f"“{slot}”应写作 2026-01-31") from None
    return _text(slot, value)


def _text(slot: str, value: object) -> str:
    if not isinstance(value, str) or any(map(is_invisible, value.replace("\n", ""))):
        raise FactWrongError(f"“{slot}”应是看得见的文字")
    if len(value) > MAX_NOTE_CHARS:
        raise FactWrongError(f"“{slot}”有 {len(value)} 个字，最多 {MAX_NOTE_CHARS} 个")
    return value.strip()
