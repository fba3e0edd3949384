"""A county whose stations are withdrawn and replaced, on a ground that no other tests stand on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.central.county.centre import Ground
from tests.central.county.review.withdrawing import Withdrawing
from tests.central.nodes import County as Nodes


@pytest.fixture(scope="session")
def desks_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    nodes = Nodes(tmp_path_factory.mktemp("desks"))
    yield Ground(nodes=nodes)
    nodes.scene.authority.close()


@pytest.fixture
async def centre(
    desks_ground: Ground, database_url: str, tmp_path: Path
) -> AsyncIterator[Withdrawing]:
    desks_ground.reset_clock()
    async with Withdrawing.open(desks_ground, database_url, tmp_path / "desks") as made:
        assert isinstance(made, Withdrawing)
        yield made
