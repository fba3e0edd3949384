"""An attachment of an application in the review queue is opened by the county, and by it alone."""

import pytest

from protocol.errors import DamagedError, FileAbsentError, ReviewUnknownError
from tests.central.county.review.withdrawing import Withdrawing, id_of

SCAN = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


async def test_the_very_bytes_that_the_clerk_attached_are_shown(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(SCAN, name="身份证.png")
    wire = village.submit(scan)
    await centre.bring(wire, scan)
    (waiting,) = await centre.review_queue(village)
    (file,) = waiting["attachments"]
    assert (file["title"], file["name"], file["here"]) == ("居民身份证", "身份证.png", True)
    opened = await centre.county.review.attachment(id_of(wire), 0)
    assert (opened.name, opened.data) == ("身份证.png", SCAN)


async def test_one_that_has_not_come_is_said_to_be_missing(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    wire = village.submit(village.scan(SCAN))
    await centre.bring(wire)
    (waiting,) = await centre.review_queue(village)
    assert waiting["attachments"][0]["here"] is False
    with pytest.raises(FileAbsentError):
        await centre.county.review.attachment(id_of(wire), 0)


async def test_one_that_is_not_what_was_named_is_not_shown(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(SCAN, wrong={"sha256": bytes(32)})
    wire = village.submit(scan)
    await centre.bring(wire, scan)
    with pytest.raises(DamagedError):
        await centre.county.review.attachment(id_of(wire), 0)


@pytest.mark.parametrize("position", [-1, 1, 99])
async def test_no_other_file_is_there(centre: Withdrawing, position: int) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(SCAN)
    wire = village.submit(scan)
    await centre.bring(wire, scan)
    with pytest.raises(ReviewUnknownError):
        await centre.county.review.attachment(id_of(wire), position)


async def test_what_was_settled_is_shown_no_more(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    scan = village.scan(SCAN)
    wire = village.submit(scan)
    await centre.bring(wire, scan)
    await centre.county.review.reject(id_of(wire), "否")
    with pytest.raises(ReviewUnknownError):
        await centre.county.review.attachment(id_of(wire), 0)


async def test_the_form_stands_under_the_items_labels(centre: Withdrawing) -> None:
    village = await centre.village()
    await centre.drain(village)
    await centre.bring(village.submit())
    (found,) = await centre.review_queue(village)
    assert found["title"] == "养老保险参保登记"
    assert [field["text"] for field in found["fields"]] == ["样福丽", "61"]
