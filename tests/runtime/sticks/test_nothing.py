"""An import that met nothing for this node is no success."""

from pathlib import Path

import pytest

from protocol.errors import StickNothingError
from protocol.ids import NodeId
from runtime.control.owner import Report
from runtime.sticks.carried import Carried
from runtime.sticks.command import stick_operations
from tests.builders.envelopes import COUNTY, OTHER_STATION, make_header, seal
from tests.builders.sticks import MemorySink, Queue, bring, export


class Node:
    """A node that imports into memory."""

    def __init__(self, node: NodeId) -> None:
        self.sink = MemorySink(node=node)

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> Carried:
        raise NotImplementedError

    async def take_in(self, folder: Path, report: Report) -> Carried:
        return await bring(folder, self.sink)


async def take_in(node: Node, folder: Path) -> dict[str, int]:
    operation = stick_operations("x", node)["x.stick-import"]
    told: dict[str, int] = await operation({"folder": str(folder)}, lambda _: None)
    return told


async def test_a_stick_for_others_is_refused_and_what_is_held_already_is_not(
    tmp_path: Path,
) -> None:
    queue = Queue(name="station")
    queue.add(*(seal(b"%d" % seq, make_header(seq=seq, to=COUNTY)) for seq in (1, 2)))
    await export(tmp_path, queue)
    with pytest.raises(StickNothingError, match="2"):
        await take_in(Node(OTHER_STATION), tmp_path)
    county = Node(COUNTY)
    assert (await take_in(county, tmp_path))["envelopes"] == 2
    again = await take_in(county, tmp_path)
    assert (again["envelopes"], again["skipped"], again["others"]) == (0, 2, 0)
