"""The log of a case in its package: one event after the other, and what is wrong with their row.

Source: docs/archive.md, "The log"; docs/casework.md.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from protocol.archive.manifest import json_bytes
from protocol.casework.events.log import Event, kind_of
from protocol.casework.fold import fold
from protocol.errors import MalformedError
from protocol.errors.casework import LogBrokenError
from protocol.json_values import from_json, to_json
from protocol.trust.schedule import local_time


def log_bytes(events: Sequence[Event]) -> bytes:
    """As it lies in a package."""
    return json_bytes(
        [
            {**to_json(one), "at": local_time(one.at_ms).isoformat(timespec="seconds")}
            | {"kind": kind_of(one.body)}
            for one in events
        ]
    )


def read_log(data: bytes) -> list[dict[str, Any]]:
    """Events as JSON has them.

    Raises:
        MalformedError: that is no log.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedError("not a log") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MalformedError("not a log")
    return found


def gaps(found: Sequence[dict[str, Any]], count: int) -> Iterator[str]:
    """What is missing from 1 to ``count``, there twice, or in another place; in Chinese."""
    numbers = [one.get("n") for one in found]
    for n in range(1, count + 1):
        if n not in numbers:
            yield f"缺第 {n} 条"
        elif numbers.count(n) > 1:
            yield f"第 {n} 条出现 {numbers.count(n)} 次"
    known = [n for n in numbers if isinstance(n, int) and 1 <= n <= count]
    for other in [n for n in numbers if n not in known]:
        yield f"多出编号为 {str(other)[:20]} 的一条"
    for before, after in pairwise(known):
        if after < before:
            yield f"第 {before} 条排在第 {after} 条前面"


def untimely(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Events that are older than the one before; in Chinese."""
    times = [(one.get("n"), one.get("at_ms")) for one in found]
    for (_, before), (n, after) in pairwise(times):
        if isinstance(before, int) and isinstance(after, int) and after < before:
            yield f"第 {n} 条的时间早于前一条"


def why_broken(found: Sequence[dict[str, Any]]) -> str:
    """Why no case can have gone that way; empty: it can."""
    try:
        fold([from_json(one, Event) for one in found])
    except (LogBrokenError, MalformedError) as exc:
        return exc.detail
    return ""
