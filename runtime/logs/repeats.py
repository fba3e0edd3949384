"""Log lines that repeat are counted, not written: a crowd at the door must not fill the disk.

Of lines of the same event, code and peer the first few of a minute are written, then one line
that says how many more there were. The same, with more room, for the event whoever the peer is.

Source: docs/operations.md, "Logs".
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

FIRST = 5  # written before the rest of the minute is counted
FIRST_OF_EVENT = 30  # the same of all peers together
_WANTED = 20  # times as many of what is only logged when somebody asked for it
INTERVAL_S = 60.0
_MAX_KINDS = 1000  # remembered at once; more share one
_OTHERS = ("", "", "")

Kind = tuple[str, str, str]  # event, code, peer


@dataclass(slots=True)
class _Count:
    since_s: float
    written: int = 0
    held_back: int = 0
    last: logging.LogRecord | None = None  # of those that were held back


class RepeatFilter(logging.Filter):
    """Put it on a handler; it counts what the handler need not write."""

    def __init__(self, handler: logging.Handler, ticks_s: Callable[[], float]) -> None:
        super().__init__()
        self._handler, self._ticks_s = handler, ticks_s
        self._counts: dict[Kind, _Count] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is to be written; ends of counts are written here."""
        if "repeated" in vars(record):
            return True
        event, code, peer = _kind_of(record)
        times = 1 if record.levelno >= logging.WARNING else _WANTED
        with self._lock:
            ended = self._ended()
            fits = self._fits((event, code, peer), FIRST * times, record)
            if fits and peer:
                fits = self._fits((event, code, ""), FIRST_OF_EVENT * times, record)
        self._write(ended)
        return fits

    def flush(self) -> None:
        """Write the counts of minutes that are over; called by a timer, too."""
        with self._lock:
            self._timer = None
            ended = self._ended()
            if any(count.held_back for count in self._counts.values()):
                self._wind_up()
        self._write(ended)

    def end(self) -> None:
        """Write every count that is held; no timer is left behind."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            held = [count for count in self._counts.values() if count.held_back]
            self._counts.clear()
        self._write(held)

    def _fits(self, kind: Kind, first: int, record: logging.LogRecord) -> bool:
        if kind not in self._counts and len(self._counts) >= _MAX_KINDS:
            kind = _OTHERS
        count = self._counts.setdefault(kind, _Count(self._ticks_s()))
        if count.written < first:
            count.written += 1
            return True
        count.held_back += 1
        count.last = record
        if self._timer is None:
            self._wind_up()
        return False

    def _ended(self) -> list[_Count]:
        """Counts whose minute is over, taken out."""
        now_s = self._ticks_s()
        over = [k for k, count in self._counts.items() if now_s - count.since_s >= INTERVAL_S]
        return [count for k in over if (count := self._counts.pop(k)).held_back]

    def _write(self, ended: list[_Count]) -> None:
        for count in ended:
            if count.last is not None:
                count.last.repeated = count.held_back  # becomes a field of the line
                self._handler.handle(count.last)

    def _wind_up(self) -> None:
        self._timer = threading.Timer(INTERVAL_S, self.flush)
        self._timer.daemon = True
        self._timer.start()


def _kind_of(record: logging.LogRecord) -> Kind:
    fields = vars(record)
    event = str(fields.get("event") or f"{record.name}: {record.msg}"[:200])
    failure = record.exc_info[0] if record.exc_info else None
    code = str(fields.get("code") or (failure.__name__ if failure else ""))
    return event, code, str(fields.get("peer") or "")
