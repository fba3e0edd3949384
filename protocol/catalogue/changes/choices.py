"""What people call the values that a key chooses from, in Chinese and in English.

Source: docs/catalogue.md; docs/forms.md; docs/fees.md; docs/calendars.md; GB/T 39046-2020 annex A.
"""

from collections.abc import Mapping

from protocol.catalogue.changes.terms import Both
from protocol.catalogue.items.handling import SILENCES
from protocol.catalogue.items.kinds import CASE_TYPES, LEVELS, NODE_KINDS, SERVED, TYPES

Choices = Mapping[str, Both]

_TYPES = (
    *("licence", "penalty", "coercion", "levy", "benefit", "inspection", "confirmation"),
    *("reward", "ruling", "other power", "public service"),
)
_LEVELS = ("nation", "province", "city", "county", "township", "village", "several levels")
_SERVED = (
    *("people", "companies", "public institutions", "social organisations", "authorities"),
    "other organisations",
)
_CASES = ("decided at once", "decided in a promised time", "other")
_SILENCES = ("the head is told", "it is not waited for")
_NODES = (
    *("acceptance", "review", "joint opinions", "publicity", "outside assessment", "decision"),
    "delivery",
)


def _paired(chinese: Mapping[str, str], english: tuple[str, ...]) -> Choices:
    return {
        key: (words, other) for (key, words), other in zip(chinese.items(), english, strict=True)
    }


OF_ITEMS: Mapping[str, Choices] = {
    "type": _paired(TYPES, _TYPES),
    "level": _paired(LEVELS, _LEVELS),
    "served": _paired(SERVED, _SERVED),
    "case_type": _paired(CASE_TYPES, _CASES),
    "kind": {
        **_paired({kind.value: words for kind, words in NODE_KINDS.items()}, _NODES),
        "fixed": ("固定金额", "a fixed amount"),
        "lookup": ("按情况查表", "by choice"),
        "per_unit": ("按数量", "by quantity"),
        "graduated": ("超额累进", "graduated"),
        "slab": ("全额累进", "by tier"),
        "rate": ("按比例", "a share"),
        "formula": ("按算式", "a formula"),
        "late_fee": ("滞纳金", "late fee"),
        "composite": ("几部分相加", "a sum of parts"),
        "times": ("按倍数", "times a factor"),
    },
    "silence": _paired({one.value: words for one, words in SILENCES.items()}, _SILENCES),
    "starts": {
        "village": ("村站收件起", "receipt of the village"),
        "township": ("乡镇收件起", "receipt of the township"),
        "county": ("县中心收件起", "receipt of the county"),
    },
    "attach": {"required": ("必须上传", "required"), "optional": ("可以上传", "optional")},
    "keep": {"seen": ("看后退还", "seen and given back"), "kept": ("留存", "kept")},
    "instead": {"promise": ("可以用告知承诺代替", "a signed promise")},
    "mode": {
        "直办": ("直办", "decides itself"),
        "代办": ("代办", "takes in and carries on"),
        "协办": ("协办", "helps the applicant"),
        "告知": ("告知", "says where to go"),
    },
    "rounding": {"0.01": ("到分", "to 0.01"), "0.1": ("到角", "to 0.1"), "1": ("到元", "to 1")},
    "cal": {
        "solar": ("公历", "solar"),
        "lunar": ("农历", "lunar"),
        "week": ("每周", "weekly"),
        "daily": ("每天", "daily"),
        "branch": ("地支日", "branch of the day"),
        "cycle": ("每隔几天", "every so many days"),
        "dates": ("指定日期", "on dates"),
    },
    "parity": {"0": ("双日", "even days"), "1": ("单日", "odd days")},
    "short_month": {
        "drop": ("小月没有就不开", "left out"),
        "last_day": ("改在最后一天", "on the last day"),
    },
}
"""By key; of forms as :data:`OF_FORMS` has them."""

OF_FORMS: Mapping[str, Choices] = {
    "type": {
        "string": ("文字", "text"),
        "integer": ("整数", "whole number"),
        "number": ("数字", "number"),
        "boolean": ("是或否", "yes or no"),
        "array": ("列表", "list"),
        "object": ("一组栏目", "group of fields"),
    },
    "format": {
        "cn-resident-id": ("身份证号", "resident identity number"),
        "cn-uscc": ("统一社会信用代码", "unified social credit code"),
        "cn-mobile": ("手机号", "mobile number"),
        "cn-landline": ("固定电话", "fixed line"),
        "cn-phone": ("电话", "telephone"),
        "cn-division": ("区划代码", "division code"),
        "cn-month": ("年月", "month"),
        "cn-fen": ("金额", "money"),
        "date": ("日期", "date"),
        "time": ("时间", "time"),
        "date-time": ("日期时间", "date and time"),
        "email": ("电子邮箱", "e-mail address"),
        "uri": ("网址", "web address"),
    },
    "then": {
        "require": ("必须填", "must be filled"),
        "show": ("才出现", "is there"),
        "forbid": ("不能填", "must stay empty"),
    },
    "what": {"birth_date": ("出生日期", "date of birth"), "sex": ("性别", "sex")},
    "field": {"signing": ("签署", "signing")},
}
