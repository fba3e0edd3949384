"""An import that met nothing for this node is no success."""

from pathlib import Path

import pytest

from protocol.errors import StickNothingError
from runtime.sticks.calls import require_found
from runtime.sticks.carried import Carried
from tests.builders.envelopes import COUNTY, OTHER_STATION, make_header, seal
from tests.builders.lines.sticks import MemorySink, Queue, bring, export


async def take_in(folder: Path, sink: MemorySink) -> Carried:
    carried = await bring(folder, sink)
    require_found(carried)
    return carried


async def test_a_stick_for_others_is_refused_and_what_is_held_already_is_not(
    tmp_path: Path,
) -> None:
    queue = Queue(name="station")
    queue.add(*(seal(b"%d" % seq, make_header(seq=seq, to=COUNTY)) for seq in (1, 2)))
    await export(tmp_path, queue)
    with pytest.raises(StickNothingError, match="2"):
        await take_in(tmp_path, MemorySink(node=OTHER_STATION))
    county = MemorySink(node=COUNTY)
    assert (await take_in(tmp_path, county)).envelopes == 2
    again = await take_in(tmp_path, county)
    assert (again.envelopes, again.skipped, again.others) == (0, 2, 0)
