"""Fixtures for the tests of the station."""

from pathlib import Path

import pytest

from tests.station_agent.village import Village


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A station that has joined, and never been switched on."""
    return Village(tmp_path / "station")
