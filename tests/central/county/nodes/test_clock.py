"""A county whose own clock jumped: served as always, but nothing is signed and nothing ages."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.app import open_county
from central.county.casework.models import CaseRow
from central.county.control.node import CountyNode
from central.county.keys.founding import found_county
from central.county.nodes.clock_words import jump_words
from central.server.config import ServerConfig
from provisioning.clock_watch import AWAY_MS, JUMP_MS, Jump
from runtime.cli.command import silent
from runtime.system import SystemRandomness
from tests.builders.clock import ShiftedClock

HOUR_S = 3600


class SetClock(ShiftedClock):
    """Somebody may set its date; no tick passes."""

    def __init__(self) -> None:
        super().__init__()
        self.set_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.set_ms


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def data(tmp_path: Path, clock: SetClock) -> Path:
    found_county(
        tmp_path / "county",
        code="451423",
        name="龙州县",
        url="https://127.0.0.1:8440",
        database="",
        clock=clock,
        randomness=SystemRandomness(),
    )
    return tmp_path / "county"


@pytest.fixture
async def county(data: Path, clock: SetClock) -> AsyncIterator[CountyNode]:
    async with open_county(data, ServerConfig(), clock=clock) as node:
        yield node


async def ask(county: CountyNode, operation: str) -> Any:
    return await county.operations[operation]({}, silent)


async def signed(county: CountyNode) -> int:
    n, _ = await county.relay.store.transact(county.relay.times.held)
    return n


async def test_a_jump_while_it_runs_stops_the_time_until_it_is_confirmed(
    county: CountyNode, clock: SetClock
) -> None:
    assert await signed(county) == 1
    clock.pass_s(HOUR_S)
    clock.set_ms = JUMP_MS + 1000
    assert await signed(county) == 1
    found = await ask(county, "county.clock")
    assert not found["believed"]
    assert found["jump"]["found_ms"] - found["jump"]["expected_ms"] in range(
        JUMP_MS, JUMP_MS + 5000
    )
    (own,) = await ask(county, "county.nodes")
    assert (own["role"], [alarm["code"] for alarm in own["alarms"]]) == ("county", ["clock-jumped"])
    found = await ask(county, "county.clock-confirm")
    assert (found["believed"], found["jump"]) == (True, None)
    assert await ask(county, "county.nodes") == []
    assert await signed(county) == 2
    record = [entry for entry in county.authority.audit.entries() if "clock-confirm" in entry]
    assert len(record) == 2  # begun, done


@pytest.mark.parametrize(("set_ms", "believed"), [(-60_000, False), (AWAY_MS + 60_000, False)])
async def test_a_start_with_a_wrong_date_signs_nothing(
    data: Path, clock: SetClock, set_ms: int, *, believed: bool
) -> None:
    async with open_county(data, ServerConfig(), clock=clock) as county:
        assert await signed(county) == 1
    clock.set_ms = set_ms
    for _ in range(2):
        async with open_county(data, ServerConfig(), clock=clock) as county:
            assert await signed(county) == 1
            found = await ask(county, "county.clock")
            assert found["believed"] is believed
            said = jump_words(Jump(**found["jump"]))
            assert said.startswith("本机日期曾经跳变")  # whoever prints it says 注意


async def test_while_in_doubt_the_slow_job_lets_nothing_go(
    county: CountyNode, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.set_ms = 400 * 86_400_000
    await county.jobs.tidy()
    assert [record.event for record in caplog.records if hasattr(record, "event")][-1:] == [
        "clock.in-doubt"
    ]


async def test_while_in_doubt_no_case_is_old_enough_to_be_erased(
    data: Path, county: CountyNode, clock: SetClock
) -> None:
    (data / "authority" / "policy.toml").write_text("[retention]\ncase_days = 30\n")
    decided_ms = clock.now_ms()
    case = CaseRow(
        station="5a" * 8,
        application=bytes(16),
        number="451423-1",
        envelope_id=bytes(32),
        suite=1,
        item="pension",
        release=1,
        form='{"name": "韦小宝"}',
        received_ms=decided_ms,
        outcome="approved",
        decided_ms=decided_ms,
    )

    async def put(session: AsyncSession) -> None:
        session.add(case)

    async def is_erased() -> bool:
        query = select(CaseRow.erased_ms)
        erased_ms = await county.relay.store.transact(lambda session: session.scalar(query))
        return erased_ms is not None

    await county.relay.store.transact(put)
    clock.set_ms = 400 * 86_400_000
    await county.jobs.retain()
    assert not await is_erased()
    await ask(county, "county.clock-confirm")
    await county.jobs.retain()
    assert await is_erased()


async def test_a_minute_later_the_jump_is_on_disk(
    data: Path, county: CountyNode, clock: SetClock
) -> None:
    clock.set_ms = -(10**10)
    await county.watch_clock()
    again = county.authority.watch.__class__(clock, county.authority._register.store)
    assert not again.look()
