"""Nouns and verbs that agree with a number: ``%(count)s change{|s}``, ``{n} {day|days}``.

English alone needs it: in a table of its words ``{one|many}`` stands for what is said of one, and
of any other number. It goes by the number before it, or by the first one if none stands before.
"""

import re
from collections.abc import Mapping, Sequence

_AGREES = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_NAMED = re.compile(r"%\((\w+)\)s")


def filled(said: str, values: Mapping[str, object]) -> str:
    """A text of a table with its values, and with the words that agree with them."""
    return agreed(said, values) % values


def agreed(said: str, values: Mapping[str, object]) -> str:
    """The same before the values are put in."""
    if not _AGREES.search(said):
        return said
    names = _NAMED.findall(said)
    parts = agreed_parts(_NAMED.split(said)[::2], [values.get(name) for name in names])
    ends = [f"%({name})s" for name in names]
    return "".join(part + end for part, end in zip(parts, [*ends, ""], strict=True))


def agreed_parts(parts: Sequence[str], gaps: Sequence[object]) -> list[str]:
    """What stands before, between and behind the gaps of a text, agreeing with what fills them."""
    before = [*gaps[:1], *gaps] or [None]  # of each part: the gap before it
    return [
        _AGREES.sub(r"\1" if str(number) == "1" else r"\2", part)
        for part, number in zip(parts, before, strict=True)
    ]
