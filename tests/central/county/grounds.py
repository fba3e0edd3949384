"""Nodes for tests of one folder alone: what happens to them there is for good."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.central.county.centre import Ground
from tests.central.nodes import County as Nodes


def own_ground(name: str) -> Any:
    """What a conftest calls ``lasting_ground``, so that its folder's tests stand on it."""

    @pytest.fixture(scope="session", name="lasting_ground")
    def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
        nodes = Nodes(tmp_path_factory.mktemp(name))
        yield Ground(nodes=nodes)
        nodes.scene.authority.close()

    return made
