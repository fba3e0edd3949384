"""A log line is one JSON document: what happened, and fields."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from protocol.errors import DiskFullError
from runtime.logs.repeats import FIRST
from runtime.logs.setup import JsonFormatter, LogHandler, TextFormatter, set_up_logs


@pytest.fixture
def root_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def line_of(record: logging.LogRecord) -> dict[str, object]:
    text = JsonFormatter().format(record)
    assert "\n" not in text
    value: dict[str, object] = json.loads(text)
    return value


def make_record(**extra: object) -> logging.LogRecord:
    return logging.getLogger("test").makeRecord(
        "test", logging.WARNING, "file", 1, "round %s", ("finished",), None, extra=extra
    )


def test_a_line_has_its_message_level_time_and_fields() -> None:
    line = line_of(make_record(event="sync.round.done", peer="c0c0c0c0c0c0c0c0", sent=3))
    assert line.pop("at")
    assert line == {
        "level": "warning",
        "message": "round finished",
        "event": "sync.round.done",
        "peer": "c0c0c0c0c0c0c0c0",
        "sent": 3,
    }


def test_chinese_stays_readable_and_odd_values_do_not_break_the_line() -> None:
    record = make_record(place="龙州县", data=b"\xff", when={1, 2})
    assert "龙州县" in JsonFormatter().format(record)
    assert line_of(record)["data"] == "b'\\xff'"


def fail(name: str) -> None:
    try:
        int(name)
    except ValueError as exc:
        raise DiskFullError(f"no room for {name}") from exc


def test_of_an_exception_stand_kind_and_place_and_never_its_words() -> None:
    with pytest.raises(DiskFullError) as caught:
        fail("韦小宝")
    record = make_record()
    record.exc_info = (caught.type, caught.value, caught.tb)
    text = JsonFormatter().format(record)
    assert "韦小宝" not in text
    error = str(json.loads(text)["error"])
    assert "ValueError" in error
    assert "DiskFullError [store.disk-full]" in error
    assert "test_setup.py" in error
    assert " fail" in error


def test_each_exception_of_a_group_is_named() -> None:
    record = make_record()
    group = ExceptionGroup("韦小宝", [KeyError("韦小宝"), LookupError("韦小宝")])
    record.exc_info = (type(group), group, None)
    text = JsonFormatter().format(record)
    assert "韦小宝" not in text
    assert ("KeyError" in text, "LookupError" in text) == (True, True)


def test_of_what_a_library_says_stands_the_first_line() -> None:
    """asyncio shows a task with its exception, and the exception with its words."""
    record = logging.getLogger("asyncio").makeRecord(
        "asyncio", logging.ERROR, "f", 1, "never retrieved\nfuture: KeyError('韦小宝')", (), None
    )
    assert line_of(record)["message"] == "never retrieved"


@pytest.mark.usefixtures("root_restored")
@pytest.mark.parametrize("verbose", [True, False])
def test_logs_go_to_stderr_and_stdout_is_left_to_results(
    capsys: pytest.CaptureFixture[str], *, verbose: bool
) -> None:
    set_up_logs(verbose=verbose)
    logging.getLogger("any").info("talkative")
    logging.getLogger("any").warning("important")
    out, err = capsys.readouterr()
    assert out == ""
    messages = [json.loads(line)["message"] for line in err.splitlines()]
    assert messages == ["talkative", "important"][0 if verbose else 1 :]


@pytest.mark.usefixtures("root_restored")
def test_the_scheduler_s_chatter_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(verbose=True)
    logging.getLogger("apscheduler.executors").info("running job")
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("root_restored")
def test_every_program_s_log_counts_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    for _ in range(1000):
        logging.getLogger("asyncio").warning("SSL error in data received")
    assert len(capsys.readouterr().err.splitlines()) == FIRST


@pytest.mark.usefixtures("root_restored")
def test_logs_that_are_set_up_anew_leave_no_count_and_no_word_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs()
    for _ in range(FIRST + 2):
        logging.getLogger("central").warning("said", extra={"event": "door.knocked"})
    monkeypatch.undo()
    told = stream.getvalue()
    set_up_logs()
    assert json.loads(stream.getvalue().removeprefix(told))["repeated"] == 2
    stream.close()
    logging.getLogger().handlers[0].close()
    assert "Traceback" not in capsys.readouterr().err


def test_a_log_that_cannot_be_written_shows_nobody_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = io.StringIO()
    handler = LogHandler(stream)
    stream.close()
    handler.handle(make_record(event="sync.round.done"))
    handler.close()
    assert capsys.readouterr().err == ""


def test_text_for_people_is_one_line_with_the_same_fields() -> None:
    record = make_record(event="sync.round.done", place="龙州\n县", sent=3)
    at, rest = TextFormatter().format(record).split(" ", 1)
    assert at == line_of(record)["at"]
    assert rest == 'warning round finished event="sync.round.done" place="龙州\\n县" sent=3'


def test_text_says_of_an_exception_no_more_than_json_does() -> None:
    record = make_record()
    try:
        fail("韦小宝")
    except DiskFullError:
        record.exc_info = sys.exc_info()
    assert "韦小宝" not in TextFormatter().format(record)
    assert "DiskFullError" in TextFormatter().format(record)


def test_the_form_is_chosen_once(root_restored: None, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(form="text")
    logging.getLogger("test").warning("here", extra={"event": "a.b"})
    assert capsys.readouterr().err.endswith(' warning here event="a.b"\n')
