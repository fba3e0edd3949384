"""The log of a hub says who did what, and what came of it."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from central.hub.actions import told
from protocol.errors import StickMissingError
from runtime.command import silent
from runtime.control.owner import BY, Report


async def works(_: Mapping[str, Any], __: Report) -> str:
    return "done"


async def fails(_: Mapping[str, Any], __: Report) -> str:
    raise StickMissingError


def actions(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, dict[str, str]]]:
    found = [vars(record) for record in caplog.records]
    return [(one["action"], one["by"], one["outcome"], one["detail"]) for one in found]


async def test_a_change_is_told_with_its_account_and_outcome(
    caplog: pytest.LogCaptureFixture,
) -> None:
    operations = told({"hub.stick-export": works, "hub.stick-import": fails})
    args = {"folder": "/mnt/stick", BY: "李强 (web)"}
    assert await operations["hub.stick-export"](args, silent) == "done"
    with pytest.raises(StickMissingError):
        await operations["hub.stick-import"](args, silent)
    assert actions(caplog) == [
        ("hub.stick-export", "李强 (web)", "done", {"folder": "/mnt/stick"}),
        ("hub.stick-import", "李强 (web)", "stick.none", {"folder": "/mnt/stick"}),
    ]
    assert {record.levelno for record in caplog.records} == {logging.INFO}


async def test_a_look_leaves_no_trace_and_nothing_is_told_that_is_not_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    operations = told({"hub.status": works, "hub.retry": works})
    await operations["hub.status"]({BY: "a"}, silent)
    await operations["hub.retry"]({BY: "a", "item": "b", "password": "secret"}, silent)
    assert actions(caplog) == [("hub.retry", "a", "done", {"item": "b"})]
