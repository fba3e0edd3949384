"""Real processes: the nightly job lets go of what is kept no longer, everywhere at once."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from protocol.codec import unpack
from protocol.envelope.envelope import read_envelope
from protocol.envelope.suites import OpeningKey, suite_number
from protocol.errors import YizhanError
from runtime.jobs.repeated import FIRST_S
from runtime.node.identity import Secrets
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.nodes.test_no_names_in_logs import words_of
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

DAY_MS = 86_400_000
NOTE, PAPER, REFUSAL = "批复意见只给韦小宝本人看", "韦小宝的身份证", "照片上不是韦小宝"
_LONG = 5  # characters
POLICY = "[retention]\ncase_days = 30\nquarantine_days = 30\n"


class Fate:
    """Five applications, and what becomes of each."""

    def __init__(self, township: Township, scan: Path) -> None:
        self.township, self.scan = township, scan
        self.ids: dict[int, str] = {}

    async def hand_in(self) -> None:
        """The second to fourth are sealed by a station that the county then withdraws."""
        township, box = self.township, self.township.sandbox
        straight, drained = township.stations
        material = next(iter(sample_application(1)["attachments"]))
        self.ids[1] = await township.submit(straight, 1, "--attach", f"{material}={self.scan}")
        await township.reaches(straight, self.ids[1], "complete")
        await box.stop(township.hub)
        for number in (2, 3, 4):
            self.ids[number] = await township.submit(drained, number)
        county = township.county
        await box.run("yizhan-provision", "drain", county.data, drained.node, "--reason", "核查")
        await box.start(township.hub)
        await until(self.all_wait)

    async def judge(self) -> None:
        """The first two get a decision, the third is refused, the fourth goes on waiting."""
        await self._judge(2, "accept")
        await self._judge(3, "reject", "--note", REFUSAL)
        for case in await self.township.cases():
            await self._decide(case["case"], "--note", NOTE, "--attach", self.scan)
        straight = self.township.stations[0]
        await self.township.reaches(straight, self.ids[1], "decided")
        self.ids[5] = await self.township.submit(straight, 5)
        await self.township.reaches(straight, self.ids[5], "received", "complete")
        (last,) = [c for c in await self.township.cases() if c["application"] == self.ids[5]]
        await self._decide(last["case"])

    async def review_queue(self) -> dict[str, dict[str, Any]]:
        found = await self.township.sandbox.ask(self.township.county, "review", "--json")
        return {one["application"]: one for one in found}

    async def all_wait(self) -> bool:
        return len(await self.review_queue()) == len((2, 3, 4))

    async def _judge(self, number: int, verb: str, *more: object) -> None:
        envelope = (await self.review_queue())[self.ids[number]]["envelope"]
        data = self.township.county.data
        await self.township.sandbox.run("yizhan-county", verb, data, envelope, *more)

    async def _decide(self, case: str, *more: object) -> None:
        data = self.township.county.data
        await self.township.sandbox.run(
            "yizhan-county", "decide", data, case, "--outcome", "approved", *more
        )


async def test_nothing_of_an_old_case_is_left_and_open_work_stays(
    township: Township, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    await township.open(stations=2)
    box, county = township.sandbox, township.county
    (county.data / "authority" / "policy.toml").write_text(POLICY, "utf-8")
    scan = tmp_path / f"{PAPER}.png"
    shutil.copy(LONGZHOU / "applications" / "scans" / "01-id-card.png", scan)
    fate = Fate(township, scan)
    await fate.hand_in()
    await fate.judge()
    gone = {NOTE, PAPER, REFUSAL}.union(*(words(number) for number in (1, 2, 3)))
    stays = words(4) | words(5)
    public = (LONGZHOU / "catalogue.json").read_text("utf-8")  # names of items stay in lists
    gone, stays = {one for one in gone - stays if one not in public}, stays - gone
    assert len(gone) > 15
    assert len(stays) > 10
    old = {fate.ids[1], fate.ids[2]}

    await box.stop(county)
    assert secrets_in(county.data, gone) == gone  # the search finds what is there
    make_older(county.data / "county.db", old)
    await box.start(county)
    await asyncio.sleep(FIRST_S + 1)
    await until(lambda: all_erased(township, old))

    await open_work_stays(fate)
    await nothing_is_left(township, tmp_path, gone, stays)


async def open_work_stays(fate: Fate) -> None:
    cases = {case["application"]: case for case in await fate.township.cases()}
    assert cases.keys() == {fate.ids[number] for number in (1, 2, 5)}
    assert [cases[fate.ids[number]]["outcome"] for number in (1, 2)] == ["approved"] * 2
    assert cases[fate.ids[5]]["form"] == sample_application(5)["form"]
    ((application, waiting),) = (await fate.review_queue()).items()
    assert (application, waiting["form"]) == (fate.ids[4], sample_application(4)["form"])


async def nothing_is_left(
    township: Township, tmp_path: Path, gone: set[str], stays: set[str]
) -> None:
    box, county = township.sandbox, township.county
    export, backup, restored = tmp_path / "audit.jsonl", tmp_path / "backup", tmp_path / "again"
    await box.run("yizhan-county", "audit", "export", county.data, "--to", export)
    saved = json.loads(await box.run("yizhan-county", "backup", county.data, backup, "--json"))
    await box.run("yizhan-county", "restore", saved["file"], restored,
                  "--recovery", county.data.with_name("county.recovery"))  # fmt: skip
    logs = [*box.folder.glob("*.log"), *(tmp_path / "state").rglob("*.log")]
    said = "".join(path.read_text("utf-8") for path in [export, *logs])
    assert [one for one in gone if one in said] == []
    await box.stop(county)
    for data in (county.data, restored):
        assert secrets_in(data, gone) == set()
        assert secrets_in(data, stays) == stays


def words(number: int) -> set[str]:
    """What nothing but this form says: a short number may stand anywhere."""
    texts = words_of(sample_application(number)["form"])
    return {one for one in texts if len(one) > _LONG or not one.isascii()}


async def all_erased(township: Township, applications: set[str]) -> bool:
    cases = await township.cases()
    return {c["application"] for c in cases if c["erased_ms"] is not None} == applications


def make_older(database: Path, applications: set[str]) -> None:
    """What was decided and refused was so 31 days ago."""
    with sqlite3.connect(database) as opened:
        for one in applications:
            opened.execute(
                "UPDATE county_case SET decided_ms = decided_ms - ? WHERE application = ?",
                (31 * DAY_MS, bytes.fromhex(one)),
            )
        moved = opened.execute("UPDATE quarantine SET arrived_ms = arrived_ms - ?", (31 * DAY_MS,))
        assert moved.rowcount == 1


def secrets_in(data: Path, secrets: set[str]) -> set[str]:
    """Those that the county's folder tells who has all of its keys."""
    found = set[str]()
    for text in (*files_of(data), *opened_of(data)):
        found |= {one for one in secrets if one.encode() in text or ascii_of(one) in text}
    return found


def ascii_of(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode()


def files_of(data: Path) -> Iterator[bytes]:
    yield from (path.read_bytes() for path in data.rglob("*") if path.is_file())


def opened_of(data: Path) -> Iterator[bytes]:
    """Every envelope in every table of the county, opened by whichever of its keys opens it."""
    secrets = unpack((data / "node" / "keys.bin").read_bytes(), Secrets)
    opening = secrets.node_keys().opening
    with sqlite3.connect(data / "county.db") as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own names
                yield from (text for value in row if (text := opened(value, opening)))


def opened(value: Any, opening: Any) -> bytes:
    with suppress(YizhanError, TypeError, ValueError):
        envelope = read_envelope(value)
        key: OpeningKey = opening[suite_number(envelope.header.suite)]
        return bytes(envelope.open(key))
    return b""
