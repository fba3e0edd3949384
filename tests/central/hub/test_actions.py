"""The log of a hub says who did what, and what came of it."""

import logging
from pathlib import Path
from typing import Any

import pytest

from central.hub.record import LogRecord
from central.relay.stick.service import RelayStick
from central.server.sticks import StickService
from protocol.errors import LoginForbiddenError, StickMissingError
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.sticks.calls import ExportStick, ImportStick
from tests.central.nodes import County

ROOT = Actor.at_command_line("root")
RUNS = Actor.on_page("李强", frozenset({Right.RUN}))
LOOKS = Actor.on_page("黄海", frozenset({Right.LOOK}))


def actions(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, dict[str, Any]]]:
    found = [vars(record) for record in caplog.records if "by" in vars(record)]
    return [(one["action"], one["by"], one["outcome"], one["detail"]) for one in found]


async def test_a_change_is_told_with_its_account_and_outcome(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, to, missing = County(tmp_path), tmp_path / "stick", tmp_path / "none"
    to.mkdir()
    caplog.set_level(logging.INFO, "central.hub.record")
    async with place.relay(place.hub) as hub:
        sticks = StickService("hub", RelayStick(hub.exchanges), LogRecord())
        await sticks.export(RUNS, ExportStick(folder=to, for_=place.county.node))
        with pytest.raises(StickMissingError):
            await sticks.take_in(ROOT, ImportStick(folder=missing))
        with pytest.raises(LoginForbiddenError):
            await sticks.take_in(LOOKS, ImportStick(folder=to))
    assert actions(caplog) == [
        (
            "hub.stick-export",
            "李强 (web)",
            "done",
            {"subject": str(to), "for": place.county.node},
        ),
        ("hub.stick-import", "root", "stick.none", {"subject": str(missing)}),
        ("hub.stick-import", "黄海 (web)", "login.forbidden", {"subject": str(to)}),
    ]


async def test_what_breaks_off_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "central.hub.record")
    with pytest.raises(KeyError):
        async with LogRecord().action(ROOT, "hub.retry"):
            raise KeyError
    assert actions(caplog) == [("hub.retry", "root", "broken", {})]
