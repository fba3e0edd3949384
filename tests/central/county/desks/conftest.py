"""A county whose stations are withdrawn and replaced, on a ground that no other tests stand on."""

import pytest

from tests.central.county.grounds import own_ground
from tests.central.county.review.withdrawing import Withdrawing

lasting_ground = own_ground("desks")


@pytest.fixture
def centre(withdrawing: Withdrawing) -> Withdrawing:
    return withdrawing
