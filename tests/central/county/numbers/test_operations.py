"""Who may see blocks of numbers, and of which station."""

import pytest

from central.county.numbers.operations import NumberOperations
from protocol.errors import LoginForbiddenError
from protocol.numbers.number import NumberKind
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import issue

LOOKING = Actor.on_page("张三", frozenset({Right.LOOK}))
NOBODY = Actor.on_page("赵六", frozenset())


async def test_of_one_station_are_its_blocks_alone_and_who_may_look_sees_them(
    centre: Centre,
) -> None:
    one, other = await centre.village(), await centre.village()
    await issue(centre, one, other)
    await issue(centre, one, kind=NumberKind.CASE)
    operations = NumberOperations(centre.county.numbers, Notes())
    found = await operations.of_station(LOOKING, one.node)
    assert [block.station for block in found.blocks] == [one.node, one.node]
    for asked in (
        operations.of_station(NOBODY, one.node),
        operations.status(NOBODY, Nothing()),
        operations.overview(NOBODY, 1),
    ):
        with pytest.raises(LoginForbiddenError):
            await asked
    with pytest.raises(LoginForbiddenError):
        operations.offices(NOBODY)
