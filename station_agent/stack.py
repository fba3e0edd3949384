"""Handing in a stack of forms: many lines of a file in one call, each answered after its commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from protocol.errors import YizhanError
from protocol.ids import ApplicationId
from protocol.limits import MAX_STACK_LINE_BYTES
from protocol.stack import read_line

_TOGETHER = 256  # applications in one call: 9 MB at most, 0.5 MB as a rule

Hand = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]
"""The operation ``submit-many``: applications as ``submit`` takes them, an answer to each."""


def hand_in(
    file: IO[bytes], hand: Hand, new_id: Callable[[], ApplicationId]
) -> Iterator[Mapping[str, Any]]:
    """Hand in every line; for each ``{line, application}`` or ``{line, error, detail}``.

    An answer comes when the application is on disk. Blank lines get none.
    """
    waiting: dict[int, Mapping[str, Any]] = {}
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            waiting[number] = _arguments(line, new_id)
        except YizhanError as exc:
            yield {"line": number, "error": exc.code, "detail": exc.detail}
        if len(waiting) == _TOGETHER:
            yield from _answers(waiting, hand)
            waiting.clear()
    if waiting:
        yield from _answers(waiting, hand)


def _answers(waiting: Mapping[int, Mapping[str, Any]], hand: Hand) -> Iterator[Mapping[str, Any]]:
    answers = hand(list(waiting.values()))
    for number, answer in zip(waiting, answers, strict=True):
        yield {"line": number, **answer}


def _arguments(line: bytes, new_id: Callable[[], ApplicationId]) -> Mapping[str, Any]:
    stacked = read_line(line)
    return {
        "application": stacked.application or new_id(),
        "item": stacked.item,
        "form": stacked.form,
        "files": [(material, str(Path(path).absolute())) for material, path in stacked.files],
    }


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Each line; of one that is too long, just enough to see that."""
    while line := file.readline(MAX_STACK_LINE_BYTES + 1):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_STACK_LINE_BYTES + 1)
