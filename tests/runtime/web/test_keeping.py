"""Background tasks and uploads: found by their owner only, and forgotten after an hour."""

import asyncio

import pytest

from protocol.errors import BusyError, DiskFullError, PageMissingError, YizhanError
from protocol.limits import MAX_ROSTER_FILE_BYTES
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.web.limits import KEPT_S, MAX_TASKS, MAX_UPLOADS
from runtime.web.tasks import Tasks
from runtime.web.uploads import Uploads
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tasks(clock: FakeClock) -> Tasks:
    return Tasks(clock, SeededRandomness())


async def test_a_work_tells_how_far_it_is_and_what_came_of_it(tasks: Tasks) -> None:
    go_on = asyncio.Event()

    async def work(report: Report) -> str:
        report(Done(3, 10))
        await go_on.wait()
        return "made"

    task = tasks.start("wang", "import", work)
    await asyncio.sleep(0)
    assert (task.done, task.total, task.ended) == (3, 10, False)
    go_on.set()
    await tasks.close()
    assert (task.result, task.error, task.ended) == ("made", None, True)


@pytest.mark.parametrize(
    ("fault", "code"), [(DiskFullError("x"), "store.disk-full"), (KeyError("x"), "internal")]
)
async def test_a_work_that_fails_says_why(tasks: Tasks, fault: Exception, code: str) -> None:
    async def work(_: Report) -> None:
        raise fault

    task = tasks.start("wang", "import", work)
    await tasks.close()
    assert isinstance(task.error, YizhanError)
    assert task.error.code == code


async def test_a_work_is_its_owners_and_is_forgotten(tasks: Tasks, clock: FakeClock) -> None:
    async def work(_: Report) -> None: ...

    task = tasks.start("wang", "import", work)
    await tasks.close()
    assert tasks.of("wang", task.number) is task
    with pytest.raises(PageMissingError):
        tasks.of("li", task.number)
    clock.tick(KEPT_S)
    await asyncio.sleep(0)
    tasks.start("wang", "import", work)
    with pytest.raises(PageMissingError):
        tasks.of("wang", task.number)
    await tasks.close()


async def test_there_are_only_so_many_works(tasks: Tasks) -> None:
    async def work(_: Report) -> None: ...

    for _ in range(MAX_TASKS):
        tasks.start("wang", "import", work)
    with pytest.raises(BusyError):
        tasks.start("wang", "import", work)
    await tasks.close()


def test_an_upload_is_its_owners_and_is_forgotten(clock: FakeClock) -> None:
    uploads = Uploads(clock, SeededRandomness(), max_bytes=MAX_ROSTER_FILE_BYTES)
    number = uploads.put("wang", "a.csv", b"table")
    assert uploads.of("wang", number).data == b"table"
    with pytest.raises(PageMissingError):
        uploads.of("li", number)
    clock.tick(KEPT_S)
    with pytest.raises(PageMissingError):
        uploads.of("wang", number)


def test_there_are_only_so_many_uploads_of_such_a_size(clock: FakeClock) -> None:
    uploads = Uploads(clock, SeededRandomness(), max_bytes=MAX_ROSTER_FILE_BYTES)
    with pytest.raises(BusyError):
        uploads.put("wang", "a", bytes(MAX_ROSTER_FILE_BYTES + 1))
    uploads.put("wang", "a", bytes(MAX_ROSTER_FILE_BYTES))
    for _ in range(MAX_UPLOADS - 1):
        uploads.put("wang", "a", b"")
    with pytest.raises(BusyError):
        uploads.put("wang", "a", b"")
