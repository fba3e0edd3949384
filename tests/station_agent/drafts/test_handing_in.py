"""Between a draft and its application nothing is lost and nothing doubled, wherever power goes."""

import pytest

from station_agent.store.desk import drafts
from tests.builders.clerk import status_of
from tests.builders.disks.power import PowerCut
from tests.station_agent.drafts.typing import FIRST, SECOND, kept, texts_of, types
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.village import Village

NAME = "黄秀英"
BEFORE = ["INSERT INTO outbox", "INSERT INTO applications", "DELETE FROM drafts", "append journal"]
AFTER = ["INSERT INTO incarnations", "COMMIT"]  # the journal has it: the next start takes it in


@pytest.mark.parametrize("step", [*BEFORE, *AFTER])
async def test_a_power_cut_leaves_the_draft_or_the_application(village: Village, step: str) -> None:
    fuse = Fuse()
    village.disk = FusedDisk(village.data, fuse)
    submission = village.submission(NAME, application=FIRST)
    async with village.open() as station:
        await types(station, {"name": NAME})
        await types(station, {"name": "另一位"}, SECOND)
        fit_fuse(station, fuse)
        fuse.blows_at = step
        with pytest.raises(PowerCut):
            await station.intake.submit(submission)
    village.disk = None  # the PC boots again

    async with village.open() as station:
        saved = (await status_of(station))["counts"]["saved"]
        assert saved == (1 if step in AFTER else 0)
        if saved:
            assert await kept(station) is None
        else:
            assert await texts_of(station) == {"name": NAME}
        await station.intake.submit(submission)  # she presses the button again
        assert (await status_of(station))["counts"]["saved"] == 1
        assert await kept(station) is None
        assert await texts_of(station, SECOND) == {"name": "另一位"}


async def test_a_commit_that_the_power_cut_took_comes_back_without_its_draft(
    village: Village,
) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await station.database.tidy()
        files = [path for path in village.data.glob("station.db*") if path.suffix != ".db-shm"]
        before = {path: path.read_bytes() for path in files}
        await station.intake.submit(village.submission(NAME, application=FIRST))
    for path, content in before.items():
        path.write_bytes(content)
    async with village.open() as station:
        assert (await status_of(station))["counts"]["saved"] == 1
        assert await station.database.read(drafts.every) == []
