"""Numbers that people, offices and places are known by: whether one can be true, and why not.

Who has a number, and whether it was ever given out, is not judged. What is wrong is said without
repeating the number.

Source: GB 11643-1999 (people), GB 32100-2015 (organisations), GB/T 2260 and 10114 (divisions).
"""

import datetime
import re
from operator import mul

_RESIDENT_ID = re.compile(r"\d{17}[0-9X]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_ID_CHARS = 18  # of a person's number and of an organisation's code alike
_USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, Z, S, V: they look like figures
_USCC = re.compile(rf"[{_USCC_CHARS}]{{18}}")
_USCC_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?")
_DIVISION = re.compile(r"[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

MALE, FEMALE = "男", "女"


def is_resident_id(value: str) -> bool:
    """Whether ``value`` is a well-formed number of GB 11643: check digit and calendar date."""
    if not _RESIDENT_ID.fullmatch(value) or birth_date(value) is None:
        return False
    return value[17] == _check_digit(value)


def resident_id_of(birth: str) -> str:
    """A number of nobody, made up for this day of birth: 1950-01-31."""
    first = f"451423{birth.replace('-', '')}007"
    return first + _check_digit(first)


def _check_digit(value: str) -> str:
    total = sum(map(mul, map(int, value[: len(_WEIGHTS)]), _WEIGHTS))
    return _CHECK_DIGITS[total % 11]


def why_no_resident_id(value: str) -> str:
    """What is wrong with a number that is none."""
    if len(value) != _ID_CHARS:
        return f"身份证号应为18位，现有{len(value)}位"
    if not _RESIDENT_ID.fullmatch(value):
        return "身份证号前17位应是数字，末位是数字或 X"
    if birth_date(value) is None:
        return f"身份证号中的出生日期 {value[6:14]} 不存在"
    return "身份证号的校验位（末位）不对，请逐位核对"


def birth_date(resident_id: str) -> str | None:
    """The day of birth that a resident's number holds, as 1950-01-31; None if it is no day."""
    try:
        year, month, day = int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14])
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def sex(resident_id: str) -> str | None:
    """男 or 女, by the last digit of the order number; None if that is no digit."""
    digit = resident_id[16:17]
    if not (digit.isascii() and digit.isdigit()):
        return None
    return MALE if int(digit) % 2 else FEMALE


def is_uscc(value: str) -> bool:
    """Whether ``value`` is a unified social credit code with the right check character."""
    if not _USCC.fullmatch(value):
        return False
    total = sum(
        _USCC_CHARS.index(char) * weight for char, weight in zip(value, _USCC_WEIGHTS, strict=False)
    )
    return value[17] == _USCC_CHARS[-total % 31]


def why_no_uscc(value: str) -> str:
    """What is wrong with a code that is none."""
    if len(value) != _ID_CHARS:
        return f"统一社会信用代码应为18位，现有{len(value)}位"
    if not _USCC.fullmatch(value):
        return "统一社会信用代码只用数字和大写字母，不用 I、O、S、V、Z"
    return "统一社会信用代码的校验位（末位）不对，请逐位核对"


def is_mobile(value: str) -> bool:
    """Whether ``value`` is a mobile number of China: 11 digits."""
    return bool(_MOBILE.fullmatch(value))


def is_landline(value: str) -> bool:
    """Whether ``value`` is a fixed line with its area code: 0771-8812345, 0771-8812345-801."""
    return bool(_LANDLINE.fullmatch(value))


def is_phone(value: str) -> bool:
    """Whether ``value`` is a mobile number or a fixed line."""
    return is_mobile(value) or is_landline(value)


def is_division(value: str) -> bool:
    """Whether ``value`` can be the code of a county (6 digits), township (9) or village (12)."""
    return bool(_DIVISION.fullmatch(value))


def is_month(value: str) -> bool:
    """Whether ``value`` is a month, as 2026-01."""
    return bool(_MONTH.fullmatch(value))
