"""Lines that repeat are counted, not written."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from runtime.logs.repeats import FIRST, FIRST_OF_EVENT, INTERVAL_S, RepeatFilter
from runtime.logs.setup import JsonFormatter


class Log:
    """A logger that writes to a file as the programs do, by a clock of its own."""

    def __init__(self, path: Path) -> None:
        self.path, self.now_s = path, 0.0
        self._handler = logging.FileHandler(path, encoding="utf-8")
        self._handler.setFormatter(JsonFormatter())
        self.filter = RepeatFilter(self._handler, lambda: self.now_s)
        self._handler.addFilter(self.filter)
        self._logger = logging.getLogger(str(path))  # one for each test
        self._logger.addHandler(self._handler)
        self._logger.propagate = False
        self._logger.setLevel(logging.INFO)

    def say(self, event: str = "door.knocked", level: int = logging.WARNING, **more: str) -> None:
        self._logger.log(level, "said", extra={"event": event, **more})

    def crash(self) -> None:
        self._logger.error("Task %s failed", "x", exc_info=ConnectionResetError("gone"))

    def close(self) -> None:
        self.filter.end()
        self._handler.close()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


@pytest.fixture(autouse=True)
def _closed(log: Log) -> object:
    yield
    log.close()


def test_exactly_the_first_few_are_written(log: Log) -> None:
    for _ in range(FIRST):
        log.say()
    assert len(log.lines) == FIRST
    log.say()
    assert len(log.lines) == FIRST


def test_after_a_minute_one_line_says_how_many_more_there_were(log: Log) -> None:
    for _ in range(FIRST + 7):
        log.say(code="line")
    log.now_s += INTERVAL_S
    log.say(code="line")
    told = [line for line in log.lines if "repeated" in line]
    assert [(line["repeated"], line["event"], line["code"]) for line in told] == [
        (7, "door.knocked", "line")
    ]
    assert len(log.lines) == FIRST + 2, "and the next minute begins anew"


def test_the_count_is_written_by_the_timer_if_nothing_else_is_said(log: Log) -> None:
    for _ in range(FIRST + 3):
        log.say()
    assert log.filter._timer is not None
    log.now_s += INTERVAL_S
    log.filter.flush()
    assert log.lines[-1]["repeated"] == 3


def test_the_minute_is_not_over_a_moment_before(log: Log) -> None:
    for _ in range(FIRST + 3):
        log.say()
    log.now_s += INTERVAL_S - 0.1
    log.filter.flush()
    assert len(log.lines) == FIRST


def test_another_event_code_or_peer_is_no_repeat(log: Log) -> None:
    for _ in range(FIRST):
        log.say(code="a", peer="1")
    log.say(code="b", peer="1")
    log.say(code="a", peer="2")
    log.say("other")
    assert len(log.lines) == FIRST + 3


def test_one_event_of_very_many_peers_is_counted_too(log: Log) -> None:
    for number in range(FIRST_OF_EVENT + 100):
        log.say(peer=str(number))
    assert len(log.lines) == FIRST_OF_EVENT


def test_faults_that_others_log_with_their_traceback_are_counted(log: Log) -> None:
    for _ in range(1000):
        log.crash()
    assert len(log.lines) == FIRST
    assert "ConnectionResetError" in log.lines[0]["error"]


def test_ten_thousand_kinds_neither_fill_the_memory_nor_the_disk(log: Log) -> None:
    for number in range(10_000):
        log.say(f"event.{number}")
    assert len(log.filter._counts) <= 1001
    assert len(log.lines) <= 1000 + FIRST


def test_what_somebody_asked_to_see_is_shown_more_often(log: Log) -> None:
    for _ in range(FIRST * 2):
        log.say(level=logging.INFO)
    assert len(log.lines) == FIRST * 2


def test_at_the_end_every_count_is_told_and_no_timer_is_left(log: Log) -> None:
    for _ in range(FIRST + 3):
        log.say()
    timer = log.filter._timer
    assert timer is not None
    log.close()
    assert log.lines[-1]["repeated"] == 3
    assert timer.finished.is_set()
    assert log.filter._timer is None
