"""What a county writes of its catalogue's drafts and of blocks of numbers."""

import json
from itertools import pairwise

from central.county.catalogue.drafts.calls import State
from central.county.catalogue.drafts.intents import Intent
from central.county.numbers.calls import IssueBlocks
from protocol.numbers.number import NumberKind
from protocol.trust.edition import Edition
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty
from tests.central.county.village import CATALOGUE
from tests.faults.action import Action
from tests.faults.actions.county import Centre, centre

AUTHOR, APPROVER, NEW = "张三", "李四", CATALOGUE.replace(b"16", b"17")
Content = tuple[dict[str, bytes], tuple[()]]


# a draft on its way


async def publish_a_draft(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await _go_on(county, None)


async def it_goes_on_from_where_it_was(made: Centre, told: bool) -> None:
    async with made.open() as county:
        drafts = await county.node.county.drafts.newest(every=True, limit=10)
        assert len(drafts) <= 1  # a proposal that was not told may be there
        state = drafts[0].state if drafts else None
        assert state == State.PUBLISHED or not told
        steps = (await county.node.county.drafts.show(1)).steps if drafts else ()
        assert [one.step for one in steps] == _WAY[state]
        await _go_on(county, state)
        held = county.node.relay.editions.release
        assert held is not None
        assert held.version == 2  # once, however often it was begun
        review = json.loads(held.entries["@review"])
        assert (review["author"], review["approver"]) == (AUTHOR, APPROVER)


_WAY = {
    None: [],
    State.PROPOSED: ["proposed"],
    State.APPROVED: ["proposed", "approved"],
    State.PUBLISHED: ["proposed", "approved", "published"],
}


async def _go_on(county: OpenCounty, state: State | str | None) -> None:
    """From a state to the end."""
    catalogue, drafts = county.node.county.catalogue, county.node.county.drafts

    async def make(_: Edition | None) -> Content:
        entries, _found = await catalogue.read(NEW)
        return dict(entries), ()

    if state is None:
        await drafts.propose(Intent(make=make, author=AUTHOR))
    if state in (None, State.PROPOSED):
        await drafts.approve(1, APPROVER)
    if state != State.PUBLISHED:
        await drafts.publish(1, None)


# blocks of numbers


async def issue_and_void(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await _issue(made, county)
            (block,) = (await county.node.county.numbers.status()).blocks
            await county.node.county.numbers.void(block.block, "印错")


async def no_number_is_issued_twice(made: Centre, told: bool) -> None:
    async with made.open() as county:
        desk = county.node.county.numbers
        held = (await desk.status()).blocks
        assert len(held) == 1 or (not held and not told)
        for block in held:
            assert (block.issued, block.used) == (50, 0)
            assert block.voided + block.remaining == block.issued
            assert block.voided in ({50} if told else {0, 50})
            if block.remaining:
                await desk.void(block.block, "印错")
        await _issue(made, county)
        runs = sorted((block.first, block.last) for block in (await desk.status()).blocks)
        assert [last - first for first, last in runs] == [49] * len(runs)
        assert all(one[1] < other[0] for one, other in pairwise(runs))


async def _issue(made: Centre, county: OpenCounty) -> None:
    wanted = IssueBlocks(nodes=[made.village.node], kind=NumberKind.CASE, year=0, count=50)
    assert not (await county.node.county.numbers.issue(wanted)).refused


ACTIONS = [
    Action("county: draft", centre, publish_a_draft, it_goes_on_from_where_it_was),
    Action("county: numbers", centre, issue_and_void, no_number_is_issued_twice),
]
