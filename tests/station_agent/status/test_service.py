"""What the clerk and outside scripts are told, with and without the password."""

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from protocol.envelope.payloads import Outcome
from protocol.errors import (
    ApplicationUnknownError,
    LockedError,
    NodeStoppedError,
    PaperFolderError,
    PasswordWrongError,
)
from protocol.ids import ApplicationId
from protocol.json_values import from_json
from station_agent.app import Station
from station_agent.status.calls import Status
from station_agent.status.terminal import show_status
from station_agent.store import applications, places
from station_agent.store.applications import ApplicationState
from station_agent.store.db import Transaction
from tests.builders.clerk import ask_status, result_of, status_of
from tests.station_agent.county import HUB, STATION
from tests.station_agent.village import Village


async def _decided(
    village: Village, station: Station, file: bytes | None = None, note: str = "同意"
) -> ApplicationId:
    application = await village.submit(station)
    await village.exchange(station)
    decision, blobs = village.county.decision(
        bytes.fromhex(application), Outcome.APPROVED, note=note, file=file
    )
    village.parent.send(decision, blobs)
    await village.exchange(station)
    return application


async def test_the_shape_of_the_status(village: Village) -> None:
    async with village.open() as station:
        application = await _decided(village, station, b"pdf")
        await village.submit(station)
        status = await status_of(station)
    assert (status["node"], status["release"]) == (STATION, 1)
    assert status["counts"] == {
        **dict.fromkeys((state.value for state in ApplicationState), 0),
        "saved": 1,
        "decided": 1,
    }
    first = status["applications"][0]
    assert set(first) >= {"application", "item", "state", "receipt", "result"}
    assert first["application"] == application
    assert first["result"]["attachments"] == [
        {"name": "decision.pdf", "size": 3, "sha256": hashlib.sha256(b"pdf").hexdigest()}
    ]
    json.dumps(status)


async def test_where_a_few_stand_in_the_queue_is_what_the_whole_queue_says(
    village: Village,
) -> None:
    async with village.open() as station:
        for number in range(5):
            files = [("photo", village.file(70_000))] if number % 2 else []
            await village.submit(station, *files)
        everything = await station.database.read(places.places)
        for few in ([], [*everything][:1], [*everything][1:3], [*everything][3:], [*everything]):
            found = await station.database.read(partial(places.places_of, envelopes=few))
            assert found == {envelope: everything[envelope] for envelope in few}
        by_lane = await station.database.read(places.waiting_by_lane)
        last = max(place.upto for one in everything.values() for place in one)
        assert max(by_lane.values()) == last
        all_of_them = (await status_of(station))["applications"]
        assert (await status_of(station, None, newest=2))["applications"] == all_of_them[-2:]


async def test_the_newest_are_listed_in_their_order_and_the_counts_are_of_all(
    village: Village,
) -> None:
    async with village.open() as station:
        first = await _decided(village, station)
        others = [await village.submit(station) for _ in range(3)]
        for newest, listed in ((0, []), (2, others[1:]), (9, [first, *others])):
            status = await status_of(station, None, newest)
            assert [entry["application"] for entry in status["applications"]] == listed
            assert (status["counts"]["saved"], status["counts"]["decided"]) == (3, 1)


def _spread(tx: Transaction, envelopes: Sequence[bytes], here: Sequence[bytes]) -> None:
    """Every combination of custody, the county's word and an answer, with and without a file.

    What is of no application counts nowhere; what is not in the queue is saved.
    """
    outcomes = [None, "decided", "returned", "rejected"]
    combinations = itertools.product([0, 1, 2], range(5), outcomes)
    for envelope, (custody, settled, outcome) in zip(envelopes, combinations, strict=True):
        tx.run(
            "UPDATE outbox SET custody = ?, settled = ? WHERE envelope = ?",
            (custody, settled, envelope),
        )
        tx.run("UPDATE applications SET outcome = ? WHERE envelope = ?", (outcome, envelope))
    for envelope in here:
        tx.run("UPDATE blobs SET held = size WHERE envelope = ?", (envelope,))
    tx.run("UPDATE applications SET envelope = NULL WHERE envelope = ?", (envelopes[0],))


async def test_the_counts_are_those_of_the_list_in_every_state(village: Village) -> None:
    async with village.open() as station:
        for number in range(60):
            await village.submit(station, *([("photo", village.file(9))] if number % 3 else []))
        rows = await station.database.read(
            lambda tx: tx.rows("SELECT envelope FROM outbox ORDER BY position")
        )
        envelopes = [row["envelope"] for row in rows]
        await station.database.write(partial(_spread, envelopes=envelopes, here=envelopes[::2]))
        counts = await station.database.read(applications.counts)
        views = await station.database.read(applications.views)
    listed = Counter(view.state for view in views)
    assert counts == dict.fromkeys(ApplicationState, 0) | listed
    assert min(listed[state] for state in ApplicationState) > 0


async def test_with_a_password_states_are_open_and_results_are_not(tmp_path: Path) -> None:
    village = Village(tmp_path / "station", password="开门")
    async with village.open() as station:
        application = await _decided(village, station, note="张三的低保")
        (shown,) = (await status_of(station))["applications"]
        assert (shown["state"], shown["result"]) == ("decided", {"locked": True})
        with pytest.raises(LockedError):
            await result_of(station, application)
        with pytest.raises(PasswordWrongError):
            await status_of(station, "关门")
        opened = await village.shown(station, application)
        assert opened["result"]["note"] == "张三的低保"
        assert (await result_of(station, application, None, "开门"))["result"]["case"]


async def test_a_password_is_the_same_however_it_was_typed(tmp_path: Path) -> None:
    village = Village(tmp_path / "station", password="Abc123")
    async with village.open() as station:
        await _decided(village, station)
        status = await status_of(station, "Abc123")  # full width, by an input method
    assert status["applications"][0]["result"]["outcome"] == "approved"


async def test_nobody_reads_a_result_from_the_disk(village: Village) -> None:
    async with village.open() as station:
        await _decided(village, station, "证明书".encode() * 999, note="张三的低保已批准")
    stored = b"".join(path.read_bytes() for path in village.data.rglob("*") if path.is_file())
    for secret in ("张三的低保已批准", "证明书", "某人"):
        assert secret.encode() not in stored


async def test_attachments_are_written_where_asked(village: Village) -> None:
    content = village.randomness.token(200_000)
    folder = village.data.parent / "new" / "folder"
    async with village.open() as station:
        application = await _decided(village, station, content)
        result = await result_of(station, application, folder, None)
        without = await result_of(station, application)
    (attachment,) = result["result"]["attachments"]
    case = result["result"]["case"]
    assert Path(attachment["file"]) == folder / f"{case}-decision.pdf"
    assert Path(attachment["file"]).read_bytes() == content
    assert set(attachment) == {"name", "size", "sha256", "file"}  # never its key
    assert without["result"]["attachments"][0]["file"] is None


async def test_an_attachment_that_is_still_on_its_way_is_named(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        decision, _ = village.county.decision(bytes.fromhex(application), file=b"pdf")
        village.parent.send(decision)  # its blob waits at the county
        await village.exchange(station)
        result = await result_of(station, application, village.data / "out", None)
    assert result["result"]["attachments"][0]["file"] is None


async def test_what_can_be_asked_wrongly(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(ApplicationUnknownError):
            await result_of(station, ApplicationId("ab" * 16))
        application = await village.submit(station)
        assert (await result_of(station, application))["result"] is None
        decided = await _decided(village, station, b"pdf")
        file = village.file(1)
        with pytest.raises(PaperFolderError):
            await result_of(station, decided, file, None)


async def test_the_table_tells_how_many_are_on_this_pc_only(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    async with village.open() as station:
        await _decided(village, station, b"pdf")
        await village.submit(station)
        show_status(await ask_status(station))
    shown = capsys.readouterr().out
    assert "有 1 件申请只保存在这台电脑上" in shown
    assert "已办结" in shown
    assert "准予 同意（附件 1 个）" in shown


def _entry(state: str, result: object, problem: str | None = None) -> dict[str, object]:
    return {
        "application": "ab" * 16,
        "item": "",
        "number": None,
        "applicant": None,
        "state": state,
        "saved_ms": 1,
        "receipt": None,
        "result": result,
        "problem": problem,
        "notice": {"node": STATION, "code": "peer.internal", "at_ms": 1} if problem else None,
        "eta": "2026-11-24T22:10:05+08:00" if problem else None,
        "waits_for": "window" if problem else None,
        "name": None,
    }


def _bad_day() -> dict[str, object]:
    """The status of a station to which everything happened at once."""
    aside = {
        "application": None,
        "item": "00",
        "kind": "blob",
        "code": "peer.not-on-roster",
        "since_ms": None,
    }
    return {
        "path": None,
        "parent": {"node": HUB, "name": "金龙镇", "set_up": False},
        "node": STATION,
        "release": 0,
        "counts": {"rejected": 1, "decided": 1, "saved": 0},
        "aside": [aside, aside],
        "stumbled": 1,
        "needs_newer": 2,
        "set_back_ms": 1_790_000_000_000,
        "minted": 17,
        "clock_error_ms": None,
        "time": {"n": 0, "at_ms": None, "sure": True},
        "standing": {"code": "node.stopped", "words": NodeStoppedError.zh, "at_ms": 1},
        "suite": {"set": 1, "used": 1},
        "applications": [
            _entry("rejected", {"code": "peer.unopenable", "detail": "why"}),
            _entry("decided", {"locked": True}),
            _entry("saved", None, "peer.too-large"),
        ],
    }


def test_every_kind_of_result_has_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_status(from_json(_bad_day(), Status))
    shown = capsys.readouterr().out
    for words in (
        "无（请先与上级交换）",
        "本机已封 17 件",
        "请勿删除，并与县中心联系。 [node.stopped]",
        "本机资料未受影响。 why [peer.unopenable]",
        "（已加锁）",
        "[peer.too-large]",
        "2 件被上级多次拒收",
        "名册不允许",
        "1 件来件",
        "途中搁置 [peer.internal]",
    ):
        assert words in shown
    assert "预计11-24 22:10到达（等待开放时段）" in shown
    assert "只保存在这台电脑上" not in shown


def test_without_applications_no_table_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show_status(from_json({**_bad_day(), "applications": []}, Status))
    assert "申请编号" not in capsys.readouterr().out
