"""A fresh county for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(data=tmp_path / "data")
    yield made
    made.authority.close()
