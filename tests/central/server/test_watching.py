"""A county in numbers, and whether nodes may call it."""

import json
import socket
from contextlib import AsyncExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.app import open_county
from central.county.control.jobs import slow_jobs
from central.county.control.node import CountyNode
from central.county.doctor.watching import watch_of
from central.county.figures.models import FigureRow
from central.server.config import ServerConfig
from provisioning.clock_watch import Jump
from runtime.actor import Actor
from runtime.control.calls import Call, Nothing, handler
from runtime.doctor.calls import DOCTOR
from runtime.doctor.finding import Found
from runtime.metrics.calls import METRICS
from tests.system.serving import serving


def rows(text: str) -> dict[str, str]:
    found = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name.removeprefix("yizhan_"): value for name, value in found}


async def asked(node: CountyNode, path: str) -> dict[str, Any]:
    """What /readyz says, without a socket."""
    watching = watch_of(node)._watching()
    checks = {**watching.alive, **(watching.ready if path == "/readyz" else {})}
    return {name: await check() for name, check in checks.items()}


async def test_a_county_counts_without_naming_anybody(county: Path) -> None:
    async with open_county(county, ServerConfig()) as node:
        answering = handler(node.operations, METRICS)
        text = await answering.method(Actor.at_command_line(""), Nothing(), lambda _: None)
    found = rows(text)
    assert found["receipts_total"] == found["cases_open"] == "0"
    assert found["release_version"] == "1"
    assert found['alarms{code="root-key-here"}'] == "1"
    assert "backup_age_seconds" not in found  # there is none
    assert int(found["commit_seconds_count"]) > 3
    assert "451423" not in text
    assert "龙州" not in text


async def test_what_no_log_says_is_found_by_a_slow_job_and_told(county: Path) -> None:
    strange = FigureRow(
        **dict.fromkeys(("item", "department", "township", "done_day", "way", "pace"), ""),
        station="1",
        application=bytes(16),
        received_day="2027-01-31",
        stopped=False,
        level=0,
        excluded=False,
    )

    async def add(session: AsyncSession) -> None:
        session.add(strange)

    async with open_county(county, ServerConfig()) as node:

        async def said(call: Call[Nothing, Any]) -> Any:
            method = handler(node.operations, call).method
            return await method(Actor.at_command_line(""), Nothing(), lambda _: None)

        _, compare = slow_jobs(county, node, ServerConfig())["views"]
        assert not any(one.code == "views.differ" for one in await said(DOCTOR))
        await node.relay.store.transact(add)
        await compare()
        assert Found("views.differ", "figure ×1") in await said(DOCTOR)
        counts = rows(await said(METRICS))
    names = ("status", "figure", "light")
    assert [counts[f'case_views_differ{{view="{one}"}}'] for one in names] == ["0", "1", "0"]


async def test_it_is_ready_once_it_serves_with_room_and_a_date_that_is_believed(
    county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_county(county, ServerConfig()) as node:
        whole = {"database": True, "serving": False, "disk": True, "clock": True}
        assert await asked(node, "/readyz") == whole | {"authority": True}
        assert await asked(node, "/healthz") == {"database": True}
        node.authority.watch._jump = Jump(expected_ms=1, found_ms=2, at_start=True)
        assert not (await asked(node, "/readyz"))["clock"]


async def test_while_it_drains_nobody_should_call(county: Path) -> None:
    stopped: list[bool] = []
    async with open_county(county, ServerConfig()) as node, AsyncExitStack() as stack:
        watch = watch_of(node)
        await watch.open(stack, "", stopped=lambda: bool(stopped))
        assert not await watch._serving()
        watch.serves(object(), object())  # type: ignore[arg-type]
        assert await watch._serving()
        stopped.append(True)
        assert not await watch._serving()


def test_a_served_county_answers_at_the_address_of_its_settings(county: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (county / "county.toml").write_text(f"metrics = '127.0.0.1:{port}'\n")

    def got(path: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    with serving(county):
        status, checks = got("/readyz")
        assert status == 200
        assert json.loads(checks)["checks"]["serving"] is True
        found = rows(got("/metrics")[1])
    assert found["exchanges_open"] == found["draining"] == "0"
    assert found['connections{kind="known"}'] == "0"
