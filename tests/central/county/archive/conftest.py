"""A county that files."""

import pytest

from tests.central.county.archive.scene import Filing
from tests.central.county.centre import Centre


@pytest.fixture
def filing(centre: Centre) -> Filing:
    return Filing.of(centre)
