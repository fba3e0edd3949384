"""An open county centre on each of the two databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.central.county.centre import Centre, make_nodes


@pytest.fixture
async def centre(tmp_path: Path, database_url: str) -> AsyncIterator[Centre]:
    nodes = make_nodes(tmp_path / "nodes")
    async with Centre.open(nodes, database_url) as made:
        yield made
    nodes.scene.authority.close()
