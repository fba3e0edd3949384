"""Throws damaged bytes at every target, and watches what comes out, how long and how large.

The first inputs that end at a place in the code where none ended before join the corpus, so that
more are made of them.
"""

import hashlib
import itertools
import resource
import signal
import time
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

from protocol.limits import MIB
from tests.fuzz.mutate import Mutator
from tests.fuzz.target import Target

SLOWEST_S = 2.0  # of the process's own time, for one input of at most some hundred KB
HANGS_S = 20.0
GROWTH_BYTES = 200 * MIB  # of the whole process, over all inputs of a run
_WEIGHED = 50  # every so many inputs one is run again with its memory measured
_LESSONS = 8  # inputs that join the corpus for one ending
_TURN_S = 0.05  # of one target, before the next has its own
_LEAST = 5  # inputs in a turn

Ending = tuple[tuple[str, int], ...]
"""Where in the code an input came to its end: files and lines, outermost first."""


class Hung(BaseException):
    """A parser comes to no end. No ``except Exception`` may hide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An input that did what none may do."""

    target: str
    data: bytes
    reason: str


@dataclass(slots=True)
class Report:
    """What was run and found."""

    inputs: Counter[str] = field(default_factory=Counter)  # by target
    endings: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    peak_bytes: int = 0  # of the process

    def add(self, other: "Report") -> None:
        """Count in what another process did."""
        self.inputs += other.inputs
        self.endings |= other.endings  # the most of either, as both meet much the same
        self.findings += other.findings
        self.peak_bytes = max(self.peak_bytes, other.peak_bytes)


class Fuzzer:
    """One target, what was made of its corpus so far, and where that led."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target, self._mutator = target, Mutator(target.seeds(), seed)
        self._endings: Counter[Ending] = Counter()
        self.tried = 0

    @property
    def endings(self) -> int:
        """How many different ends were met."""
        return len(self._endings)

    def turn(self, seconds: float) -> Iterator[Finding]:
        """Throw inputs for some time."""
        end_s, least = time.monotonic() + seconds, self.tried + _LEAST
        while self.tried < least or time.monotonic() < end_s:
            yield from self.throws(1)

    def throws(self, count: int) -> Iterator[Finding]:
        """Throw ``count`` inputs."""
        for _ in range(count):
            self.tried += 1
            yield from self.throw(self._mutator.next(), weigh=self.tried % _WEIGHED == 1)

    def throw(self, data: bytes, *, weigh: bool) -> Iterator[Finding]:
        """Throw one input; ``weigh``: with its memory measured."""
        started_s = time.process_time()
        reason, ending = run_one(self.target, data)
        took_s = time.process_time() - started_s
        self._endings[ending] += 1
        if self._endings[ending] <= _LESSONS:
            self._mutator.learn(data)
        if not reason and took_s > SLOWEST_S:
            reason = f"took {took_s:.1f} s"
        if not reason and weigh:
            reason = _weigh(self.target, data)
        if reason:
            yield Finding(target=self.target.name, data=data, reason=reason)


def fuzz(targets: Sequence[Target], seconds: float, seed: int) -> Report:
    """Give every target its turns until the time is over; at least one turn each."""
    fuzzers = [Fuzzer(target, seed + at) for at, target in enumerate(targets)]
    report, before = Report(), _process_bytes()
    end_s = time.monotonic() + seconds
    with _patience(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bytes that a later library will refuse
        for fuzzer in itertools.chain(fuzzers, itertools.cycle(fuzzers)):
            if time.monotonic() > end_s and all(one.tried for one in fuzzers):
                break
            report.findings += fuzzer.turn(_TURN_S)
    report.inputs.update({fuzzer.target.name: fuzzer.tried for fuzzer in fuzzers})
    report.endings.update({fuzzer.target.name: fuzzer.endings for fuzzer in fuzzers})
    report.peak_bytes = _process_bytes()
    if report.peak_bytes - before > GROWTH_BYTES:
        reason = f"the process grew by {(report.peak_bytes - before) // MIB} MiB"
        report.findings.append(Finding(target="all together", data=b"", reason=reason))
    return report


def run_one(target: Target, data: bytes) -> tuple[str, Ending]:
    """What came out, if it is none of our own errors; and where."""
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS_S)
    try:
        target.parse(data)
    except target.errors as exc:
        return "", _ending(exc.__traceback__)
    except (Exception, Hung) as exc:  # noqa: BLE001 - this is what is looked for
        return f"{type(exc).__name__}: {exc}", _ending(exc.__traceback__)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return "", ()


def name_of(data: bytes) -> str:
    """The file name of an input that is kept."""
    return f"{hashlib.sha256(data).hexdigest()[:16]}.bin"


def _ending(trace: TracebackType | None) -> Ending:
    places = []
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return tuple(places)


def _weigh(target: Target, data: bytes) -> str:
    tracemalloc.start()
    try:
        run_one(target, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return f"took {peak / MIB:.1f} MiB" if peak > target.largest_bytes else ""


def _process_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def _patience() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGVTALRM, give_up)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
