"""The console of a county whose stations are fresh in each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.central.county.centre import Ground
from tests.central.county.review.test_queue_page import Office, open_office
from tests.central.county.review.withdrawing import Withdrawing
from tests.central.nodes import County as Nodes


@pytest.fixture(scope="session")
def pages_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    nodes = Nodes(tmp_path_factory.mktemp("case-pages"))
    yield Ground(nodes=nodes)
    nodes.scene.authority.close()


@pytest.fixture
async def centre(
    pages_ground: Ground, database_url: str, tmp_path: Path
) -> AsyncIterator[Withdrawing]:
    pages_ground.reset_clock()
    async with Withdrawing.open(pages_ground, database_url, tmp_path / "pages") as made:
        assert isinstance(made, Withdrawing)
        yield made


@pytest.fixture
async def office(centre: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(centre) as made:
        yield made
