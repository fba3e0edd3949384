"""An open county centre on each of the two databases."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.central.county.centre import Centre, Ground
from tests.central.nodes import County as Nodes


@pytest.fixture(scope="session")
def lasting_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    nodes = Nodes(tmp_path_factory.mktemp("ground"))
    yield Ground(nodes=nodes)
    nodes.scene.authority.close()


@pytest.fixture
def ground(lasting_ground: Ground) -> Ground:
    """The nodes that all tests share; each begins at the same time of day."""
    lasting_ground.reset_clock()
    return lasting_ground


@pytest.fixture
async def centre(ground: Ground, database_url: str, tmp_path: Path) -> AsyncIterator[Centre]:
    async with Centre.open(ground, database_url, tmp_path / "county") as made:
        yield made
