"""Handing in a stack of forms: many lines of a file in one call, each answered after its commit."""

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from protocol.catalogue.batch import read_line, refusal
from protocol.ids import ApplicationId
from protocol.limits import MAX_BATCH_LINE_BYTES
from protocol.text import decode
from protocol.text import lines_of as text_lines
from runtime.cli.failures import in_words

if TYPE_CHECKING:
    from protocol.errors import YizhanError

_BLANK = b" \t\r\n\v\f"
_TOGETHER = 256  # applications in one call: 9 MB at most, 0.5 MB as a rule

Hand = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]
"""The operation ``submit-many``: applications as ``submit`` takes them, an answer to each."""


def hand_in(
    file: IO[bytes], hand: Hand, new_id: Callable[[], ApplicationId]
) -> Iterator[Mapping[str, Any]]:
    """Hand in every line; for each ``{line, application}`` or ``{line, error, words, detail}``.

    An answer comes when the application is on disk. Blank lines get none. Once a whole call fails,
    because the station can't work now, the lines after it are refused for the same reason.
    """
    batch = _Batch(hand)
    for number, line in enumerate(lines_of(file), start=1):
        if not line.strip(_BLANK):
            continue
        try:
            batch.waiting[number] = _arguments(line, new_id)
        except Exception as exc:  # noqa: BLE001 - one line must not silence the others
            yield {"line": number, **refusal(in_words(exc))}
        if len(batch.waiting) == _TOGETHER:
            yield from batch.answers()
    yield from batch.answers()


class _Batch:
    """Lines that are handed in with one call."""

    def __init__(self, hand: Hand) -> None:
        self.waiting: dict[int, Mapping[str, Any]] = {}
        self._hand = hand
        self._failed: YizhanError | None = None

    def answers(self) -> Iterator[Mapping[str, Any]]:
        """An answer to each line that waits; none waits afterwards."""
        waiting, self.waiting = self.waiting, {}
        for number, answer in zip(waiting, self._answers(list(waiting.values())), strict=True):
            yield {"line": number, **answer}

    def _answers(self, waiting: list[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        if waiting and self._failed is None:
            try:
                return self._hand(waiting)
            except Exception as exc:  # noqa: BLE001 - every line must be answered
                self._failed = in_words(exc)
        return [refusal(self._failed) for _ in waiting if self._failed]


def _arguments(line: bytes, new_id: Callable[[], ApplicationId]) -> Mapping[str, Any]:
    batched = read_line(line)
    return {
        "application": batched.application or new_id(),
        "item": batched.item,
        "form": batched.form,
        "files": [(material, str(Path(path).absolute())) for material, path in batched.files],
    }


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """Each line as UTF-8, whatever the file is written in; of a long one enough to see that.

    Raises:
        TextError: the file begins with the mark of an encoding, and is not written in it.
    """
    head = file.readline(MAX_BATCH_LINE_BYTES + 1)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from (line.encode() for line in text_lines(decode(head + file.read())))
        return
    line = head.removeprefix(codecs.BOM_UTF8)
    while line:
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_BATCH_LINE_BYTES + 1)
        line = file.readline(MAX_BATCH_LINE_BYTES + 1)
