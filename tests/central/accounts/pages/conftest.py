"""The pages of accounts by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.central.accounts.pages.visitor import Visitor, open_pages


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    async with open_pages(tmp_path) as visitor:
        yield visitor
