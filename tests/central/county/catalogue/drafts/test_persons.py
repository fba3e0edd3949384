"""Author and approver are two persons, whoever else wrote at the draft."""

import json

import pytest

from central.county.catalogue.drafts.calls import Past, State, WhichRelease
from central.county.catalogue.releases import Releases
from protocol.errors import UsageError
from protocol.errors.publishing import DraftOwnError
from tests.central.county.catalogue.drafts.proposing import file, propose, release
from tests.central.county.centre import Centre


@pytest.mark.parametrize(
    "approver",
    [
        "Zhang San",
        "ZHANG SAN",
        "zhangsan",
        " zhang\u3000san ",
        "ｚｈａｎｇ　ｓａｎ",
        "zhang\u200bsan",
        "zha\u200dng·san",
        "zháng sān",
        "\u3164zhang\ufe0fsan\u2800",
    ],
)
async def test_another_spelling_is_no_second_person(centre: Centre, approver: str) -> None:
    await propose(centre, file("一"), author="Zhang San")
    with pytest.raises(DraftOwnError):
        await centre.county.drafts.approve(1, approver)
    assert (await centre.county.drafts.approve(1, "Zhang Si")).state is State.APPROVED


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "·", "\u3164", "长" * 101])
async def test_nobody_is_no_person(centre: Centre, name: str) -> None:
    with pytest.raises(UsageError):
        await propose(centre, file("一"), author=name)
    await propose(centre, file("一"), author="长" * 100)
    with pytest.raises(UsageError):
        await centre.county.drafts.approve(1, name)
    with pytest.raises(UsageError):
        await centre.county.drafts.refuse(1, name, "不对")


async def test_nobody_who_had_a_hand_in_a_draft_approves_it(centre: Centre) -> None:
    drafts = centre.county.drafts
    first = await propose(centre, file("一"), author="张三")
    await propose(centre, file("二"), author="李四", draft=1, replaces=first.digest)
    await propose(centre, file("三"), author="李·四", draft=1)  # the same person
    draft = await drafts.find(1)
    assert (draft.author, list(draft.authors)) == ("李·四", ["张三", "李四"])
    for one in ("张三", "张·三", "李四"):
        with pytest.raises(DraftOwnError, match="张三、李四"):
            await drafts.approve(1, one)
    await drafts.approve(1, "王五")
    await drafts.publish(1, None)
    said = json.loads(release(centre).entries["@review"])
    assert (said["authors"], said["approver"]) == (["张三", "李四"], "王五")
    releases = Releases(store=centre.relay.store, catalogue=centre.county.catalogue)
    assert list((await releases.show(WhichRelease())).authors) == ["张三", "李四"]
    assert list((await releases.history(Past(limit=1)))[0].authors) == ["张三", "李四"]


async def test_a_copy_of_somebody_s_bytes_stays_theirs(centre: Centre) -> None:
    """Whoever proposes another's bytes anew makes the first author no second person."""
    drafts = centre.county.drafts
    first = await propose(centre, file("一"), author="张三")
    copy = await propose(centre, file("一"), author="李四")
    assert (copy.draft, copy.digest) == (2, first.digest)
    for number, one in ((2, "张三"), (2, "李四"), (1, "李四")):
        with pytest.raises(DraftOwnError):
            await drafts.approve(number, one)
    await propose(centre, file("二"), author="张三", draft=1)  # it was 张三's all the same
    with pytest.raises(DraftOwnError):
        await drafts.approve(2, "张三")
    await drafts.approve(2, "王五")
    await propose(centre, file("一"), author="王五")  # afterwards
    await drafts.publish(2, None)
    said = json.loads(release(centre).entries["@review"])
    assert (said["authors"], said["approver"]) == (["张三", "李四"], "王五")
