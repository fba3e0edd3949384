"""The file of ``decide --fields``: what is to be corrected, by field and page.

``[{"field": "household.0.name", "words": "..."}, {"material": "m1", "page": 2, "words": "..."}]``

Source: docs/operations.md, "Returned for correction".
"""

import json
from pathlib import Path

from protocol.codec import typed
from protocol.errors import MalformedError, UsageError
from protocol.limits import MAX_FAULTS
from protocol.records.corrections import FieldFault
from runtime.cli.command import read_text

_FILE_BYTES = 64 * 1024


def read_faults_file(path: Path) -> tuple[FieldFault, ...]:
    """What stands in it.

    Raises:
        UsageError: it is none, or has too many entries.
        FileUnreadableError, TextError: it can't be read.
    """
    try:
        found = json.loads(read_text(path, _FILE_BYTES))
    except (ValueError, RecursionError):
        raise UsageError(f"{path} 不是 JSON") from None
    if not isinstance(found, list) or not 0 < len(found) <= MAX_FAULTS:
        raise UsageError(f"{path} 应是 1 到 {MAX_FAULTS} 条要改的地方")
    return tuple(_fault(one, number) for number, one in enumerate(found, start=1))


def _fault(one: object, number: int) -> FieldFault:
    try:
        return typed(one, FieldFault)
    except MalformedError as exc:
        raise UsageError(
            f"第 {number} 条：要写 words（最多 100 字），并写 field 或 material：{exc.detail}"
        ) from None
