"""The console of a county whose stations are fresh in each test."""

from collections.abc import AsyncIterator

import pytest

from tests.central.county.grounds import own_ground
from tests.central.county.review.test_queue_page import Office, open_office
from tests.central.county.review.withdrawing import Withdrawing

lasting_ground = own_ground("case-pages")


@pytest.fixture
def centre(withdrawing: Withdrawing) -> Withdrawing:
    return withdrawing


@pytest.fixture
async def office(centre: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(centre) as made:
        yield made
