"""Whatever is withdrawn, replaced, accepted and brought, in any order: nothing lost or doubled."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.county.intake.models import QuarantineRow
from protocol.errors import ReviewUnknownError
from protocol.limits import MAX_DRAINED
from tests.central.county.review.test_queue import balanced
from tests.central.county.review.withdrawing import Withdrawing, id_of
from tests.central.county.village import Village

STEPS = st.lists(
    st.sampled_from(
        [
            *("submit", "submit", "again", "restart", "bring", "bring", "all"),
            *("drain", "count", "resume", "replace", "accept", "reject"),
        ]
    ),
    min_size=4,
    max_size=16,
)


class Story:
    """One station, whatever PC it is on, and what its clerk and the county did."""

    def __init__(self, centre: Withdrawing, village: Village, data: st.DataObject) -> None:
        self.centre, self.village, self.data = centre, village, data
        self.wires: list[bytes] = []
        self.application: dict[bytes, bytes] = {}  # by envelope id
        self.brought: set[bytes] = set()
        self.rejected: set[bytes] = set()
        self.draining, self.lost = False, 0

    async def step(self, name: str) -> None:
        village = self.village
        match name:
            case "submit" | "again":
                known = village.applications[-1:] if name == "again" else []
                wire = village.submit(application=known[0] if known else b"")
                self.wires.append(wire)
                self.application[id_of(wire)] = village.applications[-1]
            case "restart":
                village.restart()
            case "bring" | "all" if self.wires:
                some = self.wires
                if name == "bring":
                    some = self.data.draw(st.lists(st.sampled_from(self.wires), max_size=4))
                await self.bring(some)
            case "drain" | "count":
                upto = self.data.draw(st.integers(0, 4)) if name == "count" else None
                await self.centre.drain(village, upto)
                self.draining = True
            case "resume" if self.draining:
                await self.centre.resume(village)
                self.draining = False
            case "replace" if self.lost < MAX_DRAINED:
                self.lost += 1
                upto = self.data.draw(st.sampled_from([None, 1, 3]))
                self.village = await self.centre.join(await self.centre.lose(village, upto))
                self.draining = False
            case "accept" | "reject":
                await self.judge(accepts=name == "accept")
            case _:
                pass

    async def bring(self, wires: list[bytes]) -> None:
        assert await self.centre.bring(*wires) == []
        self.brought |= {id_of(wire) for wire in wires}

    async def judge(self, *, accepts: bool) -> None:
        if not self.brought:
            return
        envelope, review = self.data.draw(st.sampled_from(sorted(self.brought))), None
        try:
            if accepts:
                await self.centre.county.review.accept(envelope)
            else:
                review = await self.centre.county.review.reject(envelope, "否")
        except ReviewUnknownError:
            return
        if review is not None and review.case is None:
            self.rejected.add(envelope)

    async def holds(self) -> None:
        """Every envelope that came is in one place, and every application is at most one case."""
        village, centre = self.village, self.centre
        waiting = {bytes.fromhex(one["envelope"]) for one in await centre.review_queue(village)}
        cases = [one["application"] for one in await centre.cases_of(village)]
        assert len(cases) == len(set(cases))
        account = await centre.account(village.node)
        parts = ("received", "duplicates", "quarantined", "review")
        assert sum(account[part] for part in parts) == len(self.brought)
        assert (account["received"], account["review"]) == (len(cases), len(waiting))
        assert account["forks"] == 0
        assert balanced(account)
        rows = await centre.rows(QuarantineRow)
        kept = {row.envelope_id for row in rows if row.origin == village.node}
        assert kept >= self.rejected
        assert not kept & waiting
        settled = {key for key in self.brought if self.application[key].hex() in cases}
        assert self.brought == waiting | kept | settled


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(steps=STEPS, data=st.data())
async def test_nothing_is_lost_or_doubled(
    centre: Withdrawing, steps: list[str], data: st.DataObject
) -> None:
    story = Story(centre, await centre.village(), data)
    for name in steps:
        await story.step(name)
    await story.bring(story.wires)
    await story.holds()
    for one in await centre.review_queue(
        story.village
    ):  # in the end a person accepts all that is left
        try:
            await centre.county.review.accept(bytes.fromhex(one["envelope"]))
        except ReviewUnknownError:
            continue  # another envelope of the same application was accepted
    assert await centre.review_queue(story.village) == []
    await story.holds()
