"""What followed applications is SAFE with a backup, there after a restore, and never twice."""

from protocol.json_values import to_json
from protocol.records.followups import Rating, Supplement
from tests.central.county.backup.place import OpenCounty, Place


async def followed(county: OpenCounty) -> list[dict[str, object]]:
    page = await county.node.county.casework.page(
        after="", limit=10, followed_by=county.node.county.followed.view.of_cases
    )
    return [to_json(one) for view in page for one in view.follow_ups]


async def test_it_is_safe_with_its_files_and_comes_back(any_place: Place) -> None:
    async with any_place.open() as county:
        village = await county.village()
        scan, late = village.scan(b"proof" * 50), village.scan(b"late" * 50)
        rated, papers = village.submit(), village.follow_up(Supplement(), scan)
        waits, last = village.follow_up(Supplement(), late), village.follow_up(Rating(level=5))
        await county.bring(rated, papers, waits, last, scan)
        made = await any_place.back_up(county)
        assert made.safe == 3  # the application, the papers that came, the rating
        before = await followed(county)
        ledger = [to_json(one.line()) for one in await county.node.county.reconciliation.ledger()]
        assert [one["follow_ups"] for one in ledger if one["station"] == village.node] == [3]

    restored = await any_place.restore(made)
    assert restored.safe == 3
    async with any_place.open(any_place.restored) as county:
        assert await followed(county) == before
        accounts = await county.node.county.reconciliation.ledger()
        assert [to_json(one.line()) for one in accounts] == ledger
        await county.bring(papers, waits, last, late, scan)  # offered again by the station
        again = await followed(county)
        assert [one["follow_up"] for one in again] == [one["follow_up"] for one in before]
        assert [one["complete"] for one in again] == [True, True, True]
        assert (await any_place.back_up(county)).safe == 1
