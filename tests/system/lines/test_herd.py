"""All stations return at once: everybody gets through, and those sent away come back in turn."""

from pathlib import Path

import pytest

from bench.herd import run_herd

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]


async def test_a_crowd_is_let_in_by_turns_and_nobody_is_lost(tmp_path: Path) -> None:
    seen = await run_herd(tmp_path, 30)
    assert seen["received"] == seen["through"] == 30
    assert seen["faults"].keys() <= {"line.busy", "line"}
    assert sum(seen["pauses_s"].values()) == seen["faults"].get("line.busy", 0) > 0
    assert sum(seen["pauses_s"].values()) == seen["pauses_s"]["0-29"], "and soon"
