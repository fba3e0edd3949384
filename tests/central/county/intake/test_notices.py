"""What is stuck on the way is told to its station once, under the county's seal."""

from central.county.intake.models import NoticeRow
from protocol.envelope.envelope import read_envelope
from protocol.limits import BLOB_WAIT_S
from protocol.records.followups import Supplement
from tests.central.county.centre import Centre


async def test_a_hub_s_notice_is_passed_on_once_as_it_was_signed(centre: Centre) -> None:
    village = await centre.village()
    stuck = read_envelope(village.submit())
    for _ in range(2):
        await centre.bring(centre.hub_says(village, stuck, code="peer.internal"))
    (notice,) = await centre.notices(village)
    assert (notice.item, notice.code, notice.seq) == (stuck.id, "peer.internal", 1)
    assert notice.by == centre.ground.nodes.hub.node
    assert await centre.cases() == []
    assert await centre.rejections(village) == []


async def test_what_has_arrived_meanwhile_is_not_told(centre: Centre) -> None:
    village = await centre.village()
    wire = village.submit()
    await centre.bring(wire)
    await centre.bring(centre.hub_says(village, read_envelope(wire), code="peer.internal"))
    assert await centre.notices(village) == []


async def test_nobody_speaks_of_the_items_of_others(centre: Centre) -> None:
    """A station that signs as if it were a hub is not heard, and does no harm."""
    village, other = await centre.village(), await centre.village()
    stuck = read_envelope(village.submit())
    false_hub = centre.identity_of(other)
    await centre.bring(centre.hub_says(village, stuck, code="peer.internal", hub=false_hub))
    assert await centre.notices(village) == []
    assert await centre.count(NoticeRow) == 0


async def test_an_attachment_that_never_came_is_told_once_after_sixty_days(
    centre: Centre,
) -> None:
    village = await centre.village()
    late, whole = village.scan(b"late"), village.scan(b"whole")
    await centre.bring(village.submit(late), village.submit(whole), whole)
    housekeeping = centre.county.housekeeping
    await housekeeping.tidy()
    assert await centre.notices(village) == []
    centre.clock.jump_wall(ms=BLOB_WAIT_S * 1000 + 1)
    for _ in range(2):
        await housekeeping.tidy()
    (notice,) = await centre.notices(village)
    assert (notice.item, notice.blob, notice.code) == (
        late.attachment.blob,
        True,
        "peer.blob-missing",
    )
    await centre.bring(late)
    assert [case["state"] for case in await centre.cases()] == ["complete", "complete"]


async def test_so_is_one_of_what_followed_an_application(centre: Centre) -> None:
    village = await centre.village()
    late, whole = village.scan(b"late"), village.scan(b"whole")
    await centre.bring(village.submit(), village.follow_up(Supplement(), late, whole), whole)
    centre.clock.jump_wall(ms=BLOB_WAIT_S * 1000 - 1)
    await centre.county.housekeeping.tidy()
    assert await centre.notices(village) == []
    centre.clock.jump_wall(ms=2)
    for _ in range(2):
        await centre.county.housekeeping.tidy()
    (notice,) = await centre.notices(village)
    assert (notice.item, notice.code) == (late.attachment.blob, "peer.blob-missing")
