"""A county and its hub, each with an open relay; a test takes what it needs of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.central.nodes import County, NodeRelay


@pytest.fixture
def place(tmp_path: Path) -> County:
    """The folders of all nodes; none of them is open."""
    return County(tmp_path)


@pytest.fixture
async def county(place: County) -> AsyncIterator[NodeRelay]:
    """The county's relay."""
    async with place.relay(place.county) as relay:
        yield relay


@pytest.fixture
async def hub(place: County) -> AsyncIterator[NodeRelay]:
    """The hub's relay."""
    async with place.relay(place.hub) as relay:
        yield relay
