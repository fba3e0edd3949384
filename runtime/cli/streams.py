"""The console and the arguments of a program, whatever their encoding and whatever they end in.

A console that lacks a character shows ``?`` for it. An answer that can't be written (full disk,
closed pipe) is an error of its own, never mistaken for one of the data folder. Arguments typed in
a GBK terminal are read as GBK.

Source: docs/operations.md, "Consoles".
"""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from protocol.errors import OutputError, UsageError
from runtime.cli.failures import reason

_CHINESE = "gb18030"  # the superset of GBK and GB 2312
_CONTROLS = range(0x20)


class PipeClosedError(Exception):
    """Nobody reads any more; told by the exit code alone, as ``| head`` expects."""


class _Answer(io.FileIO):
    """Standard output: what can't be written is no failure of what was done."""

    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type] # any buffer
        except BrokenPipeError:
            raise PipeClosedError from None
        except OSError as exc:
            raise OutputError(reason(exc)) from None


def open_streams() -> None:
    """Make stdin, stdout and stderr safe to use; a closed one leads nowhere."""
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would be taken for a console
            os.open(os.devnull, mode)
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stderr = sys.stderr or _nowhere("w")
    sys.stdout = _answers(sys.stdout) if sys.stdout else _nowhere("w")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")


def give_up_output() -> None:
    """Let what is still to be written go nowhere, so that the program can end in peace."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)


def arguments(argv: Sequence[str]) -> list[str]:
    """The arguments as text.

    What is no UTF-8 is read as GBK; the name of a file that is there stays as it is.

    Raises:
        UsageError: an argument is neither.
    """
    return [_argument(number, text) for number, text in enumerate(argv, start=1)]


def _argument(number: int, text: str) -> str:
    if not any("\udc80" <= char <= "\udcff" for char in text):
        return text
    if _is_there(text) or _is_there(text.partition("=")[2]):
        return text
    try:
        found = os.fsencode(text).decode(_CHINESE)
    except UnicodeDecodeError:
        found = ""
    if not found or any(ord(char) in _CONTROLS for char in found):
        raise UsageError(f"第 {number} 个参数的编码既不是 UTF-8，也不是 GBK")
    return found


def _is_there(text: str) -> bool:
    try:
        return bool(text) and Path(text).exists()
    except OSError:
        return False


def _answers(stream: TextIO) -> TextIO:
    """``stream`` with our own words for its failures; as it is where it is no file."""
    try:
        descriptor = stream.fileno()
        stream.flush()
    except (OSError, ValueError):
        return stream
    raw = _Answer(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="replace",
        line_buffering=stream.isatty(),
    )


def _nowhere(mode: str) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")  # type: ignore[return-value]
