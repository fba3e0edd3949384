"""One process owns a data folder; the others reach it, and learn what became of their call."""

import asyncio
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import (
    CaseUnknownError,
    InternalError,
    InUseError,
    NotJoinedError,
    OtherNodeError,
    OwnerStoppedError,
    RefusedError,
)
from runtime.control.done import Done
from runtime.control.owner import _LOCK, _UNPROVED, Owner, Report, call, run_operation
from tests.builders.virtual_time import LoopClock, run

NOBODY = 65534


def ignore(_: Done) -> None:
    """A report that nobody reads."""


async def echo(args: Mapping[str, Any], report: Report) -> Any:
    for done in range(args.get("steps", 0)):
        report(Done(done, args["steps"]))
    return {"echo": args["text"]}


async def refuse(args: Mapping[str, Any], report: Report) -> Any:
    raise CaseUnknownError("case 7")


async def fail_inside(args: Mapping[str, Any], report: Report) -> Any:
    return args["missing"]


OPERATIONS = {"echo": echo, "refuse": refuse, "stumble": fail_inside}


async def owner_of(folder: Path) -> Owner:
    owner = await Owner(folder).lock()
    await owner.serve(OPERATIONS)
    return owner


def deep_folder(folder: Path) -> Path:
    """A path that is too long for a Unix socket."""
    deep = folder / ("数据" * 20) / ("d" * 60)
    deep.mkdir(parents=True)
    return deep


async def test_a_call_brings_back_its_result_and_its_progress(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    seen: list[Done] = []
    assert await call(tmp_path, "echo", {"text": "村站", "steps": 3}, seen.append) == {
        "echo": "村站"
    }
    assert seen == [Done(n, 3) for n in range(3)]
    await owner.close()


async def test_where_the_path_is_too_long_for_a_socket_a_loopback_port_serves(
    tmp_path: Path,
) -> None:
    folder = deep_folder(tmp_path)
    owner = await owner_of(folder)
    assert "port" in json.loads((folder / "control.json").read_text("utf-8"))
    assert await call(folder, "echo", {"text": "a"}, ignore) == {"echo": "a"}
    await owner.close()


async def test_a_refusal_over_there_is_the_same_refusal_here(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    with pytest.raises(CaseUnknownError, match="case 7"):
        await call(tmp_path, "refuse", {}, ignore)
    with pytest.raises(OtherNodeError, match="no such call"):
        await call(tmp_path, "unknown", {}, ignore)
    with pytest.raises(InternalError, match="KeyError"):
        await call(tmp_path, "stumble", {}, ignore)
    await owner.close()


async def test_calls_run_side_by_side(tmp_path: Path) -> None:
    owner = await Owner(tmp_path).lock()
    first_waits, go = asyncio.Event(), asyncio.Event()

    async def wait(args: Mapping[str, Any], report: Report) -> Any:
        first_waits.set()
        await go.wait()
        return "late"

    await owner.serve({"wait": wait, "echo": echo})
    slow = asyncio.create_task(call(tmp_path, "wait", {}, ignore))
    await first_waits.wait()
    assert await call(tmp_path, "echo", {"text": "quick"}, ignore) == {"echo": "quick"}
    go.set()
    assert await slow == "late"
    await owner.close()


@pytest.mark.parametrize("token", ["", "0" * 32, "口令", None, 7])
async def test_without_the_token_of_the_folder_nothing_is_done(
    tmp_path: Path, token: object
) -> None:
    owner = await owner_of(tmp_path)
    control = json.loads((tmp_path / "control.json").read_text("utf-8"))
    (tmp_path / "control.json").write_text(json.dumps({**control, "token": token}), "utf-8")
    with pytest.raises(RefusedError, match="token"):
        await call(tmp_path, "echo", {"text": "a"}, ignore)
    await owner.close()


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b"7\n", b"{}\n", b"\xff\xfe\n", b'{"token":\n', b"[" * 10**5 + b"\n"]
)
async def test_a_line_that_is_no_request_is_answered_with_an_error(
    tmp_path: Path, line: bytes
) -> None:
    owner = await owner_of(tmp_path)
    reader, writer = await asyncio.open_unix_connection(tmp_path / "control.sock")
    writer.write(line)
    answer = json.loads(await reader.readline())
    assert answer["error"]["code"] == "refused"
    writer.close()
    await owner.close()


async def test_only_the_owner_s_user_may_read_the_token_and_use_the_socket(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    for name in ("control.json", "control.sock", "lock"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    await owner.close()


async def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    first, second = Owner(tmp_path), Owner(tmp_path)
    assert first.try_lock()
    assert not second.try_lock()
    await first.close()
    assert second.try_lock()
    await second.close()


@pytest.mark.parametrize("has_lock", [False, True])
def test_a_folder_that_we_may_only_read_is_locked_to_be_read(*, has_lock: bool) -> None:
    folder = Path(tempfile.mkdtemp())  # below no folder of another account
    owner = os.geteuid()
    if has_lock:
        (folder / _LOCK).touch(mode=0o444)
    folder.chmod(0o555)
    try:
        if owner == 0:
            os.seteuid(NOBODY)
        assert Owner(folder).try_lock()
    finally:
        os.seteuid(owner)
        folder.chmod(0o755)
        shutil.rmtree(folder)


async def test_when_the_owner_has_gone_no_trace_leads_to_it(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    await owner.close()
    assert os.listdir(tmp_path) == ["lock"]  # noqa: PTH208 - a test may block
    with pytest.raises(InUseError):
        await call(tmp_path, "echo", {"text": "a"}, ignore)


async def test_a_folder_that_is_not_there_belongs_to_nobody(tmp_path: Path) -> None:
    with pytest.raises(NotJoinedError):
        Owner(tmp_path / "missing").try_lock()


async def test_an_owner_that_stops_in_the_middle_is_not_taken_for_a_failure(tmp_path: Path) -> None:
    """The command may have been done: whoever called must look."""
    owner = await Owner(tmp_path).lock()
    begun = asyncio.Event()

    async def die(args: Mapping[str, Any], report: Report) -> Any:
        begun.set()
        raise asyncio.CancelledError

    await owner.serve({"die": die})
    with pytest.raises(OwnerStoppedError, match="die"):
        await call(tmp_path, "die", {}, ignore)
    assert begun.is_set()
    await owner.close()


@pytest.mark.parametrize("answer", [b"", b'{"resu', b'{"progress": {"done": 1}}\n{"res'])
async def test_so_is_one_that_dies_while_it_answers(tmp_path: Path, answer: bytes) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()  # the request is still unread: the kernel resets the connection

    server = await asyncio.start_unix_server(half, tmp_path / "control.sock")
    control = {"unix": str(tmp_path / "control.sock"), "token": "t"}
    (tmp_path / "control.json").write_text(json.dumps(control), "utf-8")
    with pytest.raises(OwnerStoppedError):
        await call(tmp_path, "echo", {"text": "x" * 500_000}, ignore)
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"unix": "/nowhere/x.sock", "token": "t"}'])
async def test_a_control_file_that_leads_nowhere_means_in_use(tmp_path: Path, content: str) -> None:
    (tmp_path / "control.json").write_text(content, "utf-8")
    with pytest.raises(InUseError):
        await call(tmp_path, "echo", {"text": "a"}, ignore)


async def test_an_operation_runs_directly_where_nobody_owns_the_folder(tmp_path: Path) -> None:
    async def directly() -> str:
        assert not Owner(tmp_path).try_lock()
        return "done here"

    assert (
        await run_operation(tmp_path, "echo", {}, report=ignore, directly=directly) == "done here"
    )
    assert Owner(tmp_path).try_lock()


async def test_the_lock_is_given_back_even_if_the_operation_fails(tmp_path: Path) -> None:
    async def directly() -> str:
        raise CaseUnknownError("case 8")

    with pytest.raises(CaseUnknownError):
        await run_operation(tmp_path, "echo", {}, report=ignore, directly=directly)
    assert Owner(tmp_path).try_lock()


async def test_an_operation_runs_through_the_owner_where_there_is_one(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)

    async def directly() -> str:
        raise AssertionError("two processes on one folder")

    result = await run_operation(
        tmp_path, "echo", {"text": "there"}, report=ignore, directly=directly
    )
    assert result == {"echo": "there"}
    await owner.close()


def test_a_short_command_of_another_process_is_waited_for(tmp_path: Path) -> None:
    async def story() -> float:
        first = Owner(tmp_path)
        assert first.try_lock()

        async def leave() -> None:
            await asyncio.sleep(3)
            await first.close()

        leaving = asyncio.create_task(leave())
        second = await Owner(tmp_path).lock()
        await second.close()
        await leaving
        return LoopClock().ticks_s()

    assert 3.0 <= run(story()) < 3.2


def test_an_owner_that_does_not_answer_is_given_up_after_a_quarter_of_a_minute(
    tmp_path: Path,
) -> None:
    async def story() -> float:
        silent = Owner(tmp_path)
        assert silent.try_lock()
        with pytest.raises(InUseError):
            await Owner(tmp_path).lock()
        half_s = LoopClock().ticks_s()

        async def directly() -> str:
            raise AssertionError("two processes on one folder")

        with pytest.raises(InUseError):
            await run_operation(tmp_path, "echo", {}, report=ignore, directly=directly)
        await silent.close()
        return half_s

    assert 14 < run(story()) < 16


async def test_silent_connections_keep_nobody_out(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    opened = [await asyncio.open_unix_connection(tmp_path / "control.sock") for _ in range(90)]
    assert await call(tmp_path, "echo", {"text": "a"}, ignore) == {"echo": "a"}
    still = [reader for reader, _ in opened if not reader.at_eof()]
    assert len(still) <= _UNPROVED
    for _, writer in opened:
        writer.close()
    await owner.close()


async def test_exactly_as_many_as_may_be_silent_are_waited_for(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    opened = [
        await asyncio.open_unix_connection(tmp_path / "control.sock") for _ in range(_UNPROVED)
    ]
    await asyncio.sleep(0.05)
    assert not any(reader.at_eof() for reader, _ in opened)
    more = await asyncio.open_unix_connection(tmp_path / "control.sock")
    assert await asyncio.wait_for(opened[0][0].read(), 5) == b""
    for _, writer in (*opened, more):
        writer.close()
    await owner.close()


class _Heard:
    """A connection whose caller says nothing more."""

    def __init__(self) -> None:
        self.said = b""

    def write(self, data: bytes) -> None:
        self.said += data

    def close(self) -> None:
        return


def test_a_silent_connection_ends_after_a_while(tmp_path: Path) -> None:
    heard = _Heard()

    async def story() -> float:
        reader = asyncio.StreamReader()
        reader.feed_data(b'{"tok')
        await Owner(tmp_path)._answer(reader, heard)  # type: ignore[arg-type]
        return LoopClock().ticks_s()

    assert run(story()) == 10.0
    assert b"no request came" in heard.said


async def test_a_long_line_without_the_token_is_not_kept(tmp_path: Path) -> None:
    owner = await owner_of(tmp_path)
    _, writer = await asyncio.open_unix_connection(tmp_path / "control.sock")
    writer.write(b"x" * 50_000_000)
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(writer.drain(), 5)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    await owner.close()
