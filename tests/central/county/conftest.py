"""An open county centre on each of the two databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.central.county.centre import Centre, Ground
from tests.central.county.grounds import own_ground
from tests.central.county.review.withdrawing import Withdrawing

lasting_ground = own_ground("ground")


@pytest.fixture
def ground(lasting_ground: Ground) -> Ground:
    """The nodes that all tests of a folder share; each begins at the same time of day."""
    lasting_ground.reset_clock()
    return lasting_ground


@pytest.fixture
async def centre(ground: Ground, database_url: str, tmp_path: Path) -> AsyncIterator[Centre]:
    async with Centre.open(ground, database_url, tmp_path / "county") as made:
        yield made


@pytest.fixture
async def withdrawing(
    ground: Ground, database_url: str, tmp_path: Path
) -> AsyncIterator[Withdrawing]:
    """One whose stations are withdrawn and replaced, and whose record can be read."""
    async with Withdrawing.open(ground, database_url, tmp_path / "withdrawing") as made:
        assert isinstance(made, Withdrawing)
        yield made
