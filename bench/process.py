"""What a running program costs: memory and processor time."""

import re
from contextlib import suppress
from pathlib import Path

import psutil

from examples.sandbox import Program

MEGABYTE = 1e6  # decimal, as the budgets are


def rss_mb(program: Program) -> float:
    """Resident memory now, in MB."""
    rss: int = _process(program).memory_info().rss
    return rss / MEGABYTE


def peak_rss_mb(program: Program) -> float:
    """The most resident memory so far, in MB, as Linux counts it (VmHWM)."""
    status = Path(f"/proc/{_process(program).pid}/status").read_text("ascii")
    (kib,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(kib) * 1024 / MEGABYTE


def cpu_s(program: Program) -> float:
    """Processor time since its start, in seconds."""
    times = _process(program).cpu_times()
    return float(times.user + times.system)


def cpu_with_children_s(program: Program) -> float:
    """The same, with that of the processes that it started and that have ended."""
    times = _process(program).cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def spent_with_children_s(pid: int) -> float:
    """Processor time of a process and all that it has started, also of those that have ended."""
    top = psutil.Process(pid)
    spent_s = sum(_of(top, ended=True))
    for child in top.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has just ended
            spent_s += sum(_of(child, ended=False))
    return spent_s


def _of(process: psutil.Process, *, ended: bool) -> list[float]:
    times = process.cpu_times()
    own = [float(times.user), float(times.system)]
    return own + [float(times.children_user), float(times.children_system)] * ended


def _process(program: Program) -> psutil.Process:
    if program.process is None:
        raise RuntimeError(f"{program.name} does not run")
    return psutil.Process(program.process.pid)
