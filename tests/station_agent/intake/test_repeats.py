"""An application id stands for one content: handed in again it is compared, never just believed."""

import asyncio
import json

import pytest

from protocol.errors import ApplicationTakenError, FileEmptyError
from tests.builders.clerk import status_of
from tests.station_agent.village import Village

ID = "ab" * 16


@pytest.mark.parametrize("together", [True, False])
async def test_another_content_under_a_known_id_is_refused(
    village: Village, *, together: bool
) -> None:
    one, other = village.file(10, "a.jpg"), village.file(10, "b.jpg")
    first = village.submission("张甲", files=[("letter", one)], application=ID)
    others = [
        village.submission("李乙", files=[("letter", one)], application=ID),
        village.submission("张甲", files=[("letter", other)], application=ID),
        village.submission("张甲", application=ID),
    ]
    handed = [first, *others, first]
    async with village.open() as station:
        if together:
            errors = list(await station.intake.submit_all(handed))
        else:
            errors = [(await station.intake.submit_all([one]))[0] for one in handed]
        await village.exchange(station)
    kinds = [type(error) for error in errors]
    assert kinds == [type(None), *[ApplicationTakenError] * 3, type(None)]
    (envelope,) = village.parent.envelopes.values()
    assert json.loads(village.county.open(envelope).form) == {"name": "张甲"}


async def test_of_two_contents_under_one_id_at_the_same_moment_one_is_refused(
    village: Village,
) -> None:
    both = [village.submission(name, application=ID) for name in ("张甲", "李乙")]
    async with village.open() as station:
        done = await asyncio.gather(
            *(station.intake.submit(one) for one in both), return_exceptions=True
        )
        await village.exchange(station)
    (taken,) = [n for n, one in enumerate(done) if one == ID]
    assert isinstance(done[1 - taken], ApplicationTakenError)
    (envelope,) = village.parent.envelopes.values()
    assert json.loads(village.county.open(envelope).form) == {"name": ("张甲", "李乙")[taken]}


async def test_a_changed_file_under_its_old_name_is_another_content(village: Village) -> None:
    path = village.file(10)
    handed = village.submission(files=[("letter", path)], application=ID)
    async with village.open() as station:
        await station.intake.submit(handed)
        await station.intake.submit(handed)
        path.write_bytes(b"another")
        with pytest.raises(ApplicationTakenError):
            await station.intake.submit(handed)


async def test_an_id_is_compared_after_the_database_was_lost(village: Village) -> None:
    first = village.submission("张甲", application=ID)
    async with village.open() as station:
        await station.intake.submit(first)
    for path in village.data.glob("station.db*"):
        path.unlink()
    async with village.open() as station:
        await station.intake.submit(first)
        with pytest.raises(ApplicationTakenError):
            await station.intake.submit(village.submission("李乙", application=ID))


async def test_an_id_of_which_only_the_result_is_known_is_taken(village: Village) -> None:
    async with village.open() as station:
        await village.exchange(station)
        decision, _ = village.county.decision(bytes.fromhex(ID))
        village.parent.send(decision)
        await village.exchange(station)
        with pytest.raises(ApplicationTakenError):
            await station.intake.submit(village.submission("李乙", application=ID))


async def test_an_empty_scan_is_refused_and_one_byte_is_taken(village: Village) -> None:
    empty, one_byte = village.file(0), village.file(1)
    async with village.open() as station:
        with pytest.raises(FileEmptyError):
            await station.intake.submit(village.submission(files=[("letter", empty)]))
        await station.intake.submit(village.submission(files=[("letter", one_byte)]))
        assert len((await status_of(station))["applications"]) == 1
