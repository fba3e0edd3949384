"""Real processes: who cuts the end of the audit record is found out, and nobody types a head."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from examples.sandbox import CommandError
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(150)]


async def verify(township: Township) -> str:
    return await township.sandbox.run("yizhan-county", "audit", "verify", township.county.data)


def cut(database: Path, keep: int) -> None:
    """Whoever owns the machine can write its files."""
    with sqlite3.connect(database) as opened:
        for name in ("audit_is_never_changed", "audit_is_kept"):
            opened.execute(f"DROP TRIGGER {name}")
        opened.execute("DELETE FROM audit WHERE number > ?", (keep,))


async def add(township: Township, number: int) -> None:
    await township.sandbox.run(
        "yizhan-provision", "add", township.county.data, "--role", "station",
        "--code", f"4514231034{number:02}", "--name", f"新{number}村",
        "--parent", township.hub.node, "--kit", township.sandbox.folder / f"new{number}.kit",
    )  # fmt: skip


async def held(township: Township) -> int:
    status = await township.sandbox.ask(township.hub, "status", "--json")
    return int(str(status["audit"]).partition(":")[0] or 0)


async def test_a_cut_end_is_found_though_the_older_authority_lies_there_whole(
    township: Township, tmp_path: Path
) -> None:
    """Yesterday's authority agrees with itself; what was published and what hubs hold does not."""
    await township.open()
    box, county = township.sandbox, township.county
    assert "审计记录完整" in await verify(township)
    await box.stop(county)
    before = tmp_path / "before"
    shutil.copytree(county.data, before)
    await box.start(county)
    await add(township, 1)
    await add(township, 2)
    assert "审计记录完整" in await verify(township)
    newest = await last(township)
    await until(lambda: reached(township, newest - 1))  # the hub holds what came of it
    await box.stop(county)

    now = tmp_path / "now"
    shutil.copytree(county.data, now)
    cut(county.data / "authority" / "authority.db", newest - 2)
    await found_out(township, "audit.cut")

    put_back(county.data, now)
    shutil.copy(before / "authority" / "authority.db", county.data / "authority")
    await found_out(township, "audit.cut")

    put_back(county.data, before)  # all of it: only the hub knows, and it has not called yet
    assert "审计记录完整" in await verify(township)
    await box.start(county)
    hub = township.hub.node
    await until(lambda: says(township, hub))
    status = await box.ask(county, "status", "--json")
    assert "audit-cut" in [alarm["code"] for alarm in status["alarms"]]


async def last(township: Township) -> int:
    box, county = township.sandbox, township.county
    chain = json.loads(await box.run("yizhan-county", "audit", "verify", county.data, "--json"))
    return int(chain["last"])


async def reached(township: Township, number: int) -> bool:
    return await held(township) >= number


async def says(township: Township, *words: str) -> bool:
    try:
        await verify(township)
    except CommandError as refusal:
        return all(word in str(refusal) for word in ("audit.cut", *words))
    return False


async def found_out(township: Township, code: str) -> None:
    with pytest.raises(CommandError, match=code):
        await verify(township)


def put_back(data: Path, copy: Path) -> None:
    shutil.rmtree(data)
    shutil.copytree(copy, data)
