"""Accounts and logins on each of the two databases."""

from collections.abc import AsyncIterator

import pytest

from tests.central.accounts.office import Office, open_office


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with open_office(database_url) as office:
        yield office
