"""Log lines on stderr: an event name plus fields, never contents or names of people.

What an exception says may be what a citizen wrote (a value that could not be read, a file's name),
and libraries put exceptions into their messages. So of an exception stands here what kind it is and
where it came from, and of another's message the first line.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TextIO

from protocol.errors import YizhanError
from runtime.logs.repeats import RepeatFilter

_OURS = ("central", "protocol", "provisioning", "runtime", "station_agent")
_ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record: time, level, message, and the fields of ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        """What stands in the line."""
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "message": _message(record),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return line

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the base class has the name
        """Kinds of exceptions and where they came from, the first cause first."""
        return "\n".join(_lines(ei[1])) if ei[1] else ""


class TextFormatter(JsonFormatter):
    """The same fields on one line for people: time, level, message, then ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what would begin another one is written as JSON writes it."""
        found = self.fields(record)
        first = [str(found.pop(name)) for name in ("at", "level", "message")]
        named = [
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in found.items()
        ]
        return " ".join([*(one.replace("\n", " ") for one in first), *named])


_FORMATTERS: Mapping[str, type[JsonFormatter]] = {"json": JsonFormatter, "text": TextFormatter}
LOG_FORMATS = tuple(_FORMATTERS)


def _message(record: logging.LogRecord) -> str:
    text = record.getMessage()
    return text if record.name.startswith(_OURS) else text.split("\n", 1)[0]


def _lines(exc: BaseException) -> Iterator[str]:
    before = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if before is not None:
        yield from _lines(before)
    for frame in traceback.extract_tb(exc.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    code = f" [{exc.code}]" if isinstance(exc, YizhanError) else ""
    yield type(exc).__name__ + code
    if isinstance(exc, BaseExceptionGroup):
        for one in exc.exceptions:
            yield from _lines(one)


class LogHandler(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; what repeats is counted, and told at the latest when it closes."""

    def __init__(self, stream: TextIO, form: str = "json") -> None:
        super().__init__(stream)
        self.setFormatter(_FORMATTERS[form]())
        self._repeats = RepeatFilter(self, time.monotonic)
        self.addFilter(self._repeats)

    def close(self) -> None:
        """Write the counts that are still held, and no more."""
        self._repeats.end()
        super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name
        """Do nothing: a log that can't be written has nowhere to say so but to a person."""


def set_up_logs(*, verbose: bool = False, form: str = "json") -> None:
    """Send everything to stderr, repeats counted; ``verbose`` shows each exchange.

    Args:
        form: ``json``, a document a line, or ``text`` for people; the fields are the same.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        handlers=[LogHandler(sys.stderr, form)],
        force=True,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
