"""How runs on bad lines become rows, and what is carried there."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.badline.cargo import COUNT, Cargo
from bench.badline.carried import Carried
from bench.badline.measure import Run, cut_rows, steady_rows
from bench.report import Row

RATE = 128_000.0  # bit/s: 16,000 bytes a second
OURS = Carried(
    wall_s=77.0,
    up_bytes=1_180_000,
    sent_bytes=1_120_000,
    stream_bytes=1_080_000,
    down_s=0.0,
    connections=1,
    note="line: packets",
)
PEER = replace(OURS, wall_s=80.0, up_bytes=1_300_000, sent_bytes=1_200_000)


def run(ours: Carried, **peers: Carried | str) -> Run:
    return Run(head="bad line", rate_bit_s=RATE, ours=ours, peers=peers)


def named(rows: list[Row]) -> dict[str, Row]:
    return {row.name.partition(": ")[2]: row for row in rows}


def test_a_steady_line_is_measured_against_the_bytes_that_it_carried() -> None:
    rows = named(steady_rows(run(OURS, TCP=PEER), 1.10))
    row = rows["time / (bytes on it / rate)"]
    assert row.ours == pytest.approx(77.0 / 70.0)
    assert row.peer == pytest.approx(80.0 / 75.0)
    assert row.holds is True
    slower = run(replace(OURS, wall_s=77.1), TCP=PEER)
    assert named(steady_rows(slower, 1.10))["time / (bytes on it / rate)"].holds is False
    assert rows["time / (stream / rate)"].ours == pytest.approx(77.0 / 67.5)
    assert (rows["whole, TCP"].ours, rows["whole, TCP"].peer) == (77.0, 80.0)


def test_a_missing_peer_leaves_its_column_empty_and_says_why() -> None:
    rows = named(steady_rows(run(OURS, TCP=PEER, NNCP="NNCP was not done"), 1.10))
    assert rows["whole, NNCP"].peer is None
    assert rows["whole, NNCP"].note == "bad line: NNCP was not done"
    assert rows["whole, TCP"].note == "line: packets"


def test_the_time_that_a_line_was_down_is_not_ours() -> None:
    cut = replace(OURS, wall_s=130.0, down_s=30.0, sent_bytes=1_232_000)
    rows = named(cut_rows(run(cut, rsync=PEER), run(OURS, rsync=PEER)))
    assert rows["time / (bytes / rate + down)"].ours == pytest.approx(130.0 / 107.0)
    more = rows["bytes on it / without cuts"]
    assert more.ours == pytest.approx(1.1)
    assert more.peer == 1.0
    assert rows["time / (bytes / rate + down)"].holds is True


def test_ours_and_the_peers_carry_the_same(tmp_path: Path) -> None:
    cargo = Cargo.write(tmp_path / "cargo")
    files = sorted(cargo.as_files(tmp_path / "files").iterdir())
    assert len(cargo.applications) == COUNT
    assert len(files) == COUNT + 3
    assert sum(file.stat().st_size for file in files) == len(cargo.as_bytes())
    assert [a.record for a in Cargo.write(tmp_path / "again").applications] == [
        application.record for application in cargo.applications
    ]
