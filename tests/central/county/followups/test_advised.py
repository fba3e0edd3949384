"""Who was sent home with a paper is counted by item and village, and is nobody's record."""

import pytest

from central.county.followups import advised
from protocol.errors.clerk import FollowUpWrongError
from protocol.records.followups import Advised
from tests.central.county.centre import Centre


async def test_papers_are_counted_by_item_and_village(centre: Centre) -> None:
    village = await centre.village()
    said = [
        Advised(item="relief", lacking=("居民户口簿",)),
        Advised(item="relief", lacking=("银行账号", "居民身份证"), village="451423103202"),
        Advised(item="relief", lacking=("居民身份证",), village="451423103202"),
        Advised(item="elsewhere"),
    ]
    for at, subject in enumerate(said):
        await centre.bring(village.follow_up(subject, follow_up=bytes([at]) * 16, application=b""))
    found = [
        (one.item, one.village, one.count)
        for one in await centre.county.followed.letters.advised()
        if one.station == village.node
    ]
    assert found == [
        ("relief", "451423103202", 2),
        ("elsewhere", "", 1),
        ("relief", "", 1),
    ]


async def test_pages_are_counted_one_after_the_other(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advised, "_PAGE", 2)
    village = await centre.village()
    for at in range(4):
        one = village.follow_up(Advised(item="relief"), follow_up=bytes([at]) * 16, application=b"")
        await centre.bring(one)
    (found,) = [one for one in await centre.county.followed.letters.advised() if one.count]
    assert (found.item, found.count) == ("relief", 4)


async def test_one_that_names_an_application_is_refused_in_words(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit(), village.follow_up(Advised(item="relief")))
    (told,) = await centre.rejections(village)
    assert (told.code, told.detail) == (FollowUpWrongError.code, "一次性告知不写申请")
    (case,) = [one for one in await centre.cases() if one["station"] == village.node]
    assert list(case["follow_ups"]) == []
