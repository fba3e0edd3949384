"""Who answers for an item, and whom a citizen can call.

Source: docs/lint.md.
"""

import json
import re
from collections.abc import Iterator

from protocol.catalogue.lint.look import Fault, Look, date_of, strings_of

SOON_DAYS = 30  # before a review is due

_VILLAGE = "6"  # of the levels (GB/T 39046 A.2)
_PHONE = re.compile(r"\d{3,4}[-－—  ]?\d{7,8}|1[3-9]\d{9}|(?<!\d)1\d{4}(?!\d)|\d{7,8}")
_BARE = re.compile(r"\d{7,8}")
_GENERIC = re.compile(r"(?:有关|相关|主管|各|上级)?(?:部门|单位|科室|机关|窗口|政府|管理员|admin)+")


def owner_missing(look: Look) -> Iterator[Fault]:
    """Nobody answers for the item."""
    if not look.text("owner", "name"):
        yield "owner", "没有负责人，没有人定期核对内容"


def owner_overdue(look: Look) -> Iterator[Fault]:
    """The day of review has passed."""
    due = date_of(look.text("owner", "review_by"))
    if due and due < look.today:
        yield "owner.review_by", f"应在{due}前复核，已过{(look.today - due).days}天"


def owner_soon(look: Look) -> Iterator[Fault]:
    """The day of review comes near."""
    due = date_of(look.text("owner", "review_by"))
    if due and 0 <= (due - look.today).days <= SOON_DAYS:
        yield "owner.review_by", f"应在{due}前复核，还剩{(due - look.today).days}天"


def no_contact(look: Look) -> Iterator[Fault]:
    """Nobody can be asked, or nobody be complained to."""
    for key, words in (("contact", "咨询方式"), ("complaint", "监督投诉方式")):
        if not look.raw.get(key):
            yield key, f"没有{words}"


def same_phone(look: Look) -> Iterator[Fault]:
    """Who complains would reach those complained of."""
    if same := set(phones(look.raw.get("contact"))) & set(phones(look.raw.get("complaint"))):
        yield "complaint", f"投诉电话{min(same)}与咨询电话相同"


def no_area_code(look: Look) -> Iterator[Fault]:
    """Who calls from another place reaches somebody else."""
    for key in ("contact", "complaint"):
        for phone in phones(look.raw.get(key)):
            if _BARE.fullmatch(phone):
                yield key, f"电话{phone}没有区号"


def no_alias(look: Look) -> Iterator[Fault]:
    """Villagers call it otherwise."""
    if _VILLAGE in (look.text("level"), look.text("intake_level")) and not list(
        strings_of(look.raw, "aliases")
    ):
        yield "aliases", "村级事项没有俗称，群众用口头叫法找不到"


def alias_is_name(look: Look) -> Iterator[Fault]:
    """An alias that says nothing new."""
    for place, alias in strings_of(look.raw, "aliases"):
        if alias.strip() == look.text("name").strip():
            yield place, "俗称与名称相同"


def generic_department(look: Look) -> Iterator[Fault]:
    """有关部门 is nobody."""
    department = look.text("department").strip()
    if not department:
        yield "department", "没有写实施部门"
    elif is_generic(department):
        yield "department", f"“{department}”不是具体的部门"


def is_generic(name: str) -> bool:
    """Whether the name of an office names none: 有关部门, 管理员."""
    return _GENERIC.fullmatch(name.strip()) is not None


def phones(value: object) -> list[str]:
    """The telephone numbers in what is said of a contact, only their digits."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [re.sub(r"\D", "", found) for found in _PHONE.findall(text)]
