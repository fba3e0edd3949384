"""Why numbers were voided, and what is wrong with stray ones, on a page.

The Chinese words are the source; their English stands in ``locale/en.po``. What a person has
typed is shown as it is.
"""

from collections.abc import Callable

from central.county.numbers.service import FORKED, LOST, REPLACED, WITHDRAWN

Words = Callable[[str], str]

STRAYS = {
    "wrong": "号码抄错或残缺",
    "kind": "种类不符",
    "unknown": "县里没有这个号段",
    "foreign": "是别的村站的号段",
    "twice": "这个号码已用于另一件申请",
}
YEAR_OVER, SET_BACK = "年度已过", "本机数据被恢复或复制"  # as a station says them
REASONS = frozenset((FORKED, REPLACED, WITHDRAWN, LOST, YEAR_OVER, SET_BACK))
WORDS = (*STRAYS.values(), *sorted(REASONS))
"""What is translated beside the templates."""


def reason_words(reason: str, words: Words) -> str:
    """A reason of the program's in the reader's language; a person's as it is."""
    return words(reason) if reason in REASONS else reason


def stray_words(why: str, words: Words) -> str:
    """What is wrong with a number that is of no block of its station."""
    return words(STRAYS[why]) if why in STRAYS else why
