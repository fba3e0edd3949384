"""A flood of guesses is one entry at once, and one for each interval."""

from typing import Any

from central.accounts.failures import OTHERS, FailedLogins
from central.accounts.limits import MAX_NOTED_NAMES, NOTED_EACH_S
from tests.builders.clock import FakeClock


class Record:
    """What was written."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, int]] = []

    async def note(self, account: str, code: str, detail: dict[str, Any]) -> None:
        self.entries.append((account, code, detail["count"]))


async def test_the_first_is_written_at_once_and_the_rest_is_counted() -> None:
    clock, record = FakeClock(), Record()
    failed = FailedLogins(clock, record.note)
    await failed.add("wang", "login.refused", address="10.0.0.9")
    assert record.entries == [("wang", "login.refused", 1)]
    for _ in range(1000):
        await failed.add("wang", "login.locked", address="10.0.0.9")
    assert record.entries[1:] == [("wang", "login.locked", 1)]
    await clock.advance(NOTED_EACH_S)
    assert record.entries[2:] == [("wang", "login.locked", 999)]
    await failed.add("wang", "login.locked", address="10.0.0.9")
    assert record.entries[3:] == [("wang", "login.locked", 1)]
    await failed.close()


async def test_what_was_only_counted_is_written_at_the_end() -> None:
    clock, record = FakeClock(), Record()
    failed = FailedLogins(clock, record.note)
    for _ in range(3):
        await failed.add("?", "login.refused", address="")
    await failed.close()
    assert record.entries == [("?", "login.refused", 1), ("?", "login.refused", 2)]


async def test_only_so_many_names_are_told_apart() -> None:
    clock, record = FakeClock(), Record()
    failed = FailedLogins(clock, record.note)
    for number in range(MAX_NOTED_NAMES + 5):
        await failed.add(f"name{number}", "login.refused", address="")
    assert len(record.entries) == MAX_NOTED_NAMES + 1
    assert record.entries[-1] == (OTHERS, "login.refused", 1)
    await failed.close()
    assert record.entries[-1] == (OTHERS, "login.refused", 4)
