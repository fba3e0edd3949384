"""A county with a township's item, and a village, on a ground that no other tests stand on."""

import pytest

from tests.central.county.centre import Centre
from tests.central.county.grounds import own_ground
from tests.central.county.offices.scene import CATALOGUE, Office

lasting_ground = own_ground("offices")


@pytest.fixture
async def office(centre: Centre) -> Office:
    await centre.county.catalogue.publish(CATALOGUE)
    return Office(centre=centre)
