"""Sums of ratings: the unrated are in no score, and too few are never shown."""

from hypothesis import given
from hypothesis import strategies as st

from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.ratings.calls import ShowSums, Sum
from central.county.ratings.sums import LEAST, grouped, summed
from protocol.records.followups import Rating
from tests.central.county.centre import Centre
from tests.central.county.ratings.scene import OTHER, closed, decided, rated

rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 5), st.booleans(), st.integers(1, 7)),
    max_size=12,
    unique_by=lambda row: row[:3],
)


@given(rows=rows)
def test_no_sum_and_no_difference_of_sums_is_of_fewer_than_five(
    rows: list[tuple[str, int, bool, int]],
) -> None:
    lines, whole = summed(grouped(rows), {})
    shown = [one.rated for one in lines if one.rated is not None]
    assert all(rated == 0 or rated >= LEAST for rated in shown)
    if whole.rated is not None:
        assert whole.rated == sum(shown)  # what was put together stands in a line of its own
    assert whole.rated is None or whole.rated == 0 or whole.rated >= LEAST


@given(rows=rows)
def test_every_case_is_in_one_line_and_the_unrated_are_in_no_score(
    rows: list[tuple[str, int, bool, int]],
) -> None:
    lines, whole = summed(grouped(rows), {})
    assert sum(one.done for one in lines if one.key) == whole.done == sum(row[3] for row in rows)
    counted = [(level, count) for _, level, excluded, count in rows if level and not excluded]
    if whole.satisfied is not None:
        good = sum(count for level, count in counted if level >= 3)
        assert whole.satisfied == round(100 * good / sum(count for _, count in counted), 1)


def sums_of(one: Sum) -> tuple[object, ...]:
    return (one.done, one.rated, one.satisfied, one.response)


async def test_ratings_are_summed_by_what_their_cases_are_of(centre: Centre) -> None:
    village, show = await centre.village(), centre.county.ratings.sums.show
    worst, *_ = [await rated(centre, village, level) for level in (1, 5, 5, 4, 3, 2)]
    for _ in range(2):
        await decided(centre, village)
    for by, key, name in (
        ("item", "pension", "养老保险参保登记"),
        ("month", "2026-09", "2026-09"),
        ("department", "", "—"),
    ):
        found = await show(ShowSums(by=by))
        assert [(one.key, one.name) for one in found.sums] == [(key, name)]
        assert sums_of(found.sums[0]) == (8, 6, 66.7, 75.0)
    (town,) = (await show(ShowSums(by="township"))).sums
    entry = centre.relay.editions.roster.nodes[village.node]
    assert town.key == entry.code[:9]
    await closed(centre, worst, "malicious")
    found = await show(ShowSums())
    assert (found.whole.excluded, found.whole.satisfied, found.whole.rated) == (1, 80.0, 6)
    assert (await show(ShowSums(month="2026-08"))).whole.done == 0


async def test_a_rating_that_was_found_wrong_counts_again_when_another_comes(
    centre: Centre,
) -> None:
    """What was a mistake is left out; what the same person says later is not."""
    village, show = await centre.village(), centre.county.ratings.sums.show
    for level in (5, 5, 5, 5):
        await rated(centre, village, level)
    number = await rated(centre, village, 1)
    await closed(centre, number, "mistaken")
    found = (await show(ShowSums())).whole
    assert (found.excluded, found.rated, found.satisfied) == (1, 5, 100.0)
    await centre.bring(village.follow_up(Rating(level=2)))
    found = (await show(ShowSums())).whole
    assert (found.excluded, found.rated, found.satisfied) == (0, 5, 80.0)


async def test_who_took_an_application_back_could_rate_nothing(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    for level in (5, 5, 5, 5, 1):
        await rated(centre, village, level)
    await centre.bring(village.submit())
    number = str((await centre.cases())[-1]["case"])
    await flows.act(number, Wanted(action="withdraw"), By(name=OTHER))
    whole = (await centre.county.ratings.sums.show(ShowSums())).whole
    assert sums_of(whole) == (5, 5, 80.0, 100.0)


async def test_four_ratings_are_not_shown(centre: Centre) -> None:
    village = await centre.village()
    for level in (5, 5, 5, 1):
        await rated(centre, village, level)
    found = await centre.county.ratings.sums.show(ShowSums())
    assert [sums_of(one) for one in (*found.sums, found.whole)] == [(4, None, None, None)] * 3
