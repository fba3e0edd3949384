"""Handing in a stack of forms: many lines of a file in one call, each answered after its commit."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from protocol.catalogue.batch import read_line
from protocol.ids import ApplicationId
from protocol.limits import MAX_BATCH_LINE_BYTES
from protocol.text import decode
from protocol.text import lines_of as text_lines
from runtime.cli.failures import in_words
from station_agent.intake.calls import LineAnswer, Submission

if TYPE_CHECKING:
    from protocol.errors import YizhanError

_BLANK = b" \t\r\n\v\f"
_TOGETHER = 256  # applications in one call: 9 MB at most, 0.5 MB as a rule

Hand = Callable[[Sequence[Submission]], Sequence[LineAnswer]]
"""Hands in a few of them with one call; an answer to each."""


def hand_in(
    file: IO[bytes], hand: Hand, new_id: Callable[[], ApplicationId]
) -> Iterator[tuple[int, LineAnswer]]:
    """Hand in every line; for each its number and its answer.

    An answer comes when the application is on disk. Blank lines get none. Once a whole call fails,
    because the station can't work now, the lines after it are refused for the same reason.
    """
    batch = _Batch(hand)
    for number, line in enumerate(lines_of(file), start=1):
        if not line.strip(_BLANK):
            continue
        try:
            batch.waiting[number] = _submission(line, new_id)
        except Exception as exc:  # noqa: BLE001 - one line must not silence the others
            yield number, LineAnswer.refused(in_words(exc))
        if len(batch.waiting) == _TOGETHER:
            yield from batch.answers()
    yield from batch.answers()


class _Batch:
    """Lines that are handed in with one call."""

    def __init__(self, hand: Hand) -> None:
        self.waiting: dict[int, Submission] = {}
        self._hand = hand
        self._failed: YizhanError | None = None

    def answers(self) -> Iterator[tuple[int, LineAnswer]]:
        """An answer to each line that waits; none waits afterwards."""
        waiting, self.waiting = self.waiting, {}
        yield from zip(waiting, self._answers(list(waiting.values())), strict=True)

    def _answers(self, waiting: Sequence[Submission]) -> Sequence[LineAnswer]:
        if waiting and self._failed is None:
            try:
                return self._hand(waiting)
            except Exception as exc:  # noqa: BLE001 - every line must be answered
                self._failed = in_words(exc)
        return [LineAnswer.refused(self._failed) for _ in waiting if self._failed]


def _submission(line: bytes, new_id: Callable[[], ApplicationId]) -> Submission:
    batched = read_line(line)
    return Submission(
        application=batched.application or new_id(),
        item=batched.item,
        form=batched.form,
        files=[(material, Path(path).absolute()) for material, path in batched.files],
        taken=batched.taken,
    )


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
