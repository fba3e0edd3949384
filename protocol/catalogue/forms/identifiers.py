"""Numbers that people and offices are known by, and whether one can be true.

Source: GB 11643-1999.
"""

import datetime
import re

_RESIDENT_ID = re.compile(r"\d{17}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_RESIDENT_DIGITS = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def is_resident_id(value: str) -> bool:
    """Whether ``value`` is a well-formed number of GB 11643: check digit and calendar date."""
    if not (value.isascii() and _RESIDENT_ID.fullmatch(value)):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False))
    try:
        datetime.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    return value[17] == _CHECK_DIGITS[total % 11]


def is_mobile(value: str) -> bool:
    """Whether ``value`` is a mobile number of China: 11 digits."""
    return bool(_MOBILE.fullmatch(value))


def why_no_resident_id(value: str) -> str:
    """What is wrong with a number that is none, in words; the number itself is not repeated."""
    if len(value) != _RESIDENT_DIGITS:
        return f"身份证号应为18位，现有{len(value)}位"
    if not (value.isascii() and _RESIDENT_ID.fullmatch(value)):
        return "身份证号前17位应是数字，末位是数字或 X"
    try:
        datetime.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return f"身份证号中的出生日期 {value[6:14]} 不存在"
    return "身份证号的校验位（末位）不对，请逐位核对"
