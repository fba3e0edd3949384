"""A small font for the documents of these tests."""

from pathlib import Path

import pytest

from tests.builders import small_font as making


@pytest.fixture
def small_font() -> Path:
    return making.small_font()
