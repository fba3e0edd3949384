"""A stack of applications: JSON Lines, one application on each line.

``{"item": "...", "form": {...}, "attach": {"MATERIAL": ["FILE", ...]}, "application": "...",
"taken": {...}}``; the last three may be missing. The form stays as it was written, to the last
digit of its numbers.

Source: docs/operations.md, "A stack of forms".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.codec import typed
from protocol.errors import FormInvalidError, MalformedError
from protocol.ids import ApplicationId, application_id
from protocol.limits import MAX_BATCH_LINE_BYTES, MAX_FILES
from protocol.records.taken_in import TakenIn
from protocol.text import decode, identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchForm:
    """One application of a stack."""

    application: ApplicationId | None  # None: it has no name of its own yet
    item: str
    form: str = field(repr=False)  # JSON
    files: tuple[tuple[str, str], ...]  # material and path
    taken: TakenIn = field(default_factory=TakenIn, repr=False)


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: str
    form: msgspec.Raw
    attach: dict[str, list[str]] = {}
    application: str = ""
    taken: dict[str, Any] = {}


def read_line(line: bytes) -> BatchForm:
    """One line of a stack.

    Raises:
        FormInvalidError: it is over-long, not of that form, or names too many files.
        TextError: it is of another encoding.
    """
    if len(line) > MAX_BATCH_LINE_BYTES:
        raise FormInvalidError(f"这一行超过 {MAX_BATCH_LINE_BYTES} 字节")
    try:
        read = msgspec.json.decode(decode(line), type=_Line)
        form = bytes(read.form).decode()
        taken = typed(read.taken, TakenIn)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MalformedError) as exc:
        raise FormInvalidError(
            f"这一行不是一件申请的 JSON（item、form 必填）：{str(exc)[:200]}"
        ) from None
    return BatchForm(
        application=application_id(read.application) if read.application else None,
        item=identifier(read.item),
        form=form,
        files=_files(read.attach),
        taken=taken,
    )


def _files(attach: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    files = tuple((material, path) for material, paths in attach.items() for path in paths)
    if len(files) > MAX_FILES:
        raise FormInvalidError(f"附了 {len(files)} 个文件，最多 {MAX_FILES} 个")
    return files
