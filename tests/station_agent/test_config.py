"""Settings: few, checked, and never a silent mistake."""

from pathlib import Path

import pytest

from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.trust.budget import Budget, LaneBudget
from station_agent.config import StationConfig


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert StationConfig.load(tmp_path) == StationConfig(
        exchange_pause_s=5.0, linger_s=50, suite=SuiteNumber.XWING
    )


def test_what_the_file_says_counts(tmp_path: Path) -> None:
    text = "exchange_pause_s = 60\nlinger_s = 0\nsuite = 2\nscanner_folder = '/scans'\n"
    (tmp_path / "station.toml").write_text(text)
    assert StationConfig.load(tmp_path) == StationConfig(
        exchange_pause_s=60.0,
        linger_s=0,
        suite=SuiteNumber.X25519,
        scanner_folder=Path("/scans"),
    )


def test_a_budget_stands_in_tables(tmp_path: Path) -> None:
    text = "linger_s = 9\n[budget.link]\nbytes_per_s = 4000\n[budget.blobs]\nbytes_per_day = 0\n"
    (tmp_path / "station.toml").write_text(text)
    assert StationConfig.load(tmp_path).budget == Budget(
        link=LaneBudget(bytes_per_s=4000), blobs=LaneBudget(bytes_per_day=0)
    )


@pytest.mark.parametrize(
    "text",
    [
        "exchange_pauses = 5",
        "exchange_pause_s = 0",
        "exchange_pause_s = true",
        "linger_s = 601",
        "linger_s = '50'",
        "suite = 9",
        "scanner_folder = 'scans'",
        "scanner_folder = 7",
        "[budget.blobs]\nwindows = ['22-6']",
        "[budget.photos]",
        "budget = 3",
        "not toml",
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "station.toml").write_text(text)
    with pytest.raises(UsageError, match=r"station\.toml"):
        StationConfig.load(tmp_path)
