"""The report of the measurements: what a row says, as JSON and as a table."""

import io
import json
from pathlib import Path

import pytest

from bench.report import Bound, Row, notes, rounded, table, write_json


def shown(*rows: Row) -> list[list[str]]:
    """The cells of the printed table, line by line."""
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=200).print(table(rows))
    lines = [line for line in out.getvalue().splitlines() if line.strip()]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]


@pytest.mark.parametrize(
    ("ours", "bound", "limit", "holds"),
    [
        (60.0, Bound.AT_MOST, 60.0, True),
        (60.1, Bound.AT_MOST, 60.0, False),
        (600.0, Bound.AT_LEAST, 600.0, True),
        (599.9, Bound.AT_LEAST, 600.0, False),
        (1.0, Bound.AT_MOST, None, None),
    ],
)
def test_a_limit_holds_on_its_good_side_only(
    ours: float, bound: Bound, limit: float | None, holds: bool | None
) -> None:
    assert Row(name="x", ours=ours, unit="s", bound=bound, limit=limit).holds is holds


@pytest.mark.parametrize(("ours", "holds"), [(600.0, True), (599.0, False)])
def test_ten_times_the_peer_is_a_limit_that_moves_with_the_peer(ours: float, holds: bool) -> None:
    row = Row.times_peer("whole", ours, "1/s", times=10.0, peer=60.0)
    assert (row.limit, row.holds) == (600.0, holds)
    assert row.ratio == pytest.approx(ours / 60.0)


def test_without_its_peer_a_ratio_is_neither_held_nor_broken() -> None:
    row = Row.times_peer("whole", 900.0, "1/s", times=10.0, peer=None, note="no apt-get")
    assert (row.limit, row.ratio, row.holds) == (None, None, None)
    assert row.as_json() == {
        "name": "whole",
        "ours": 900.0,
        "peer": None,
        "limit": None,
        "unit": "1/s",
        "holds": None,
        "note": "no apt-get",
    }


def test_a_fixed_limit_is_judged_without_a_peer_too() -> None:
    assert Row(name="up", ours=700.0, unit="bytes", limit=800.0).holds is True


def test_the_file_is_a_list_of_rows_with_six_keys(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_json([Row(name="开机", ours=0.123456, unit="s", limit=1.0)], path)
    text = path.read_text("utf-8")
    assert json.loads(text) == [
        {"name": "开机", "ours": 0.1235, "peer": None, "limit": 1.0, "unit": "s", "holds": True}
    ]
    assert "开机" in text


def test_the_table_shows_ratio_limit_and_verdict() -> None:
    head, _, fast, slow, bare = shown(
        Row.times_peer("fast", 1234.5, "1/s", times=10.0, peer=50.0),
        Row(name="slow", ours=2.0, unit="s", limit=1.0),
        Row(name="bare", ours=0.05, unit="s"),
    )
    assert head == ["measure", "ours", "peer", "ours / peer", "limit", "unit", "holds"]
    assert fast == ["fast", "1,234", "50", "24.69", "≥ 500", "1/s", "yes"]
    assert slow == ["slow", "2", "", "", "≤ 1", "s", "NO"]
    assert bare == ["bare", "0.05", "", "", "", "s"]


def test_a_note_on_many_rows_is_said_once() -> None:
    rows = [Row(name=str(n), ours=1.0, unit="s", note=note) for n, note in enumerate("aba")]
    assert notes([*rows, Row(name="x", ours=1.0, unit="s")]) == ["a", "b"]


def test_figures_are_rounded_to_four_digits() -> None:
    assert [rounded(value) for value in (123456.0, 0.00123456, 0.0, None)] == [
        123500.0,
        0.001235,
        0.0,
        None,
    ]
