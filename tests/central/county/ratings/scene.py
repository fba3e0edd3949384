"""Cases that were decided and rated, and what is done about it."""

from central.county.flows.log import By
from central.county.ratings.calls import CallbackShown
from central.county.ratings.opening import Done
from protocol.envelope.payloads import Outcome
from protocol.records.followups import Rating
from tests.central.county.centre import Centre
from tests.central.county.village import Village

RATED, OTHER = "韦兰", "黄回访"
WORDS = "样福丽等了两个月"


async def decided(centre: Centre, village: Village) -> str:
    await centre.bring(village.submit())
    number = str((await centre.cases())[-1]["case"])
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="", by=By(name=RATED))
    return number


async def rated(centre: Centre, village: Village, level: int = 1) -> str:
    """Number of a case that was decided by RATED, and rated."""
    number = await decided(centre, village)
    await centre.bring(village.follow_up(Rating(level=level, words=WORDS)))
    return number


async def do(
    centre: Centre, number: str, kind: str, detail: str = "", *, by: str = OTHER
) -> CallbackShown:
    done = Done(kind=kind, detail=detail, words="说明", by=by, checked=True)
    return await centre.county.ratings.callbacks.do(number, done)


async def closed(centre: Centre, number: str, finding: str = "true") -> CallbackShown:
    await do(centre, number, "called", "reached")
    await do(centre, number, "found", finding)
    await do(centre, number, "mended")
    await do(centre, number, "answered", "telephone")
    return await do(centre, number, "closed")
