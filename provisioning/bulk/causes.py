"""Faults of a table by cause: the wrong line of a hub must not hide among fifty of its villages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from provisioning.bulk.table import Fault, Table

_VALUE = re.compile(r"“[^”]*”")
_NAMED = 10  # lines that are named one by one


@dataclass(slots=True, kw_only=True)
class Cause:
    """One thing to be mended, and where."""

    code: str  # stable, docs/errors.md
    reason: str  # with the value of the first line
    lines: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)  # lines that only stand below one of these


def causes_of(table: Table, faults: Sequence[Fault]) -> list[Cause]:
    """``faults`` of ``table`` by cause, in the order of their first lines."""
    parents = {line.number: line.newcomer.parent for line in table.lines}
    places = {line.number: line.newcomer.code for line in table.lines}
    by_place = {(fault.place or places.get(fault.line, "")): fault for fault in faults}
    found: dict[tuple[str, str], Cause] = {}
    waiting: list[tuple[Fault, Fault]] = []
    for fault in faults:
        above = by_place.get(parents.get(fault.line) or "-")
        if above is not None and above.line != fault.line:
            waiting.append((fault, above))
            continue
        key = _key(fault)
        found.setdefault(key, Cause(code=fault.code, reason=fault.reason)).lines.append(fault.line)
    for fault, above in waiting:
        cause = found.get(_key(above))
        if cause is None:  # that one stands below another faulty line itself
            cause = found.setdefault(_key(fault), Cause(code=fault.code, reason=fault.reason))
            cause.lines.append(fault.line)
        else:
            cause.below.append(fault.line)
    return list(found.values())


def lines_in_words(lines: Iterable[int]) -> str:
    """``第 2、5 行``; of many the first ones and how many there are."""
    numbers = sorted(lines)
    named = "、".join(map(str, numbers[:_NAMED]))
    return f"第 {named} 行" if len(numbers) <= _NAMED else f"第 {named} 等 {len(numbers)} 行"


def _key(fault: Fault) -> tuple[str, str]:
    return fault.code, _VALUE.sub("“”", fault.reason)
