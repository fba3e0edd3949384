"""A site on the web kit alone."""

from collections.abc import AsyncIterator

import pytest

from tests.runtime.web.notebook import Visitor, open_notebook


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with open_notebook() as visitor:
        yield visitor
