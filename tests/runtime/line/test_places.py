"""Places for connections fit what the system allows."""

import pytest

from runtime.line.places import NODES, PAGES, RESERVE, WANTED, share_of


@pytest.mark.parametrize("descriptors", [1024, 4096, WANTED - 1, WANTED, 10**6])
def test_all_places_together_fit_the_descriptors(descriptors: int) -> None:
    share = share_of(descriptors)
    assert NODES.scaled(share).total + PAGES.scaled(share).total + RESERVE <= descriptors


def test_exactly_enough_descriptors_give_all_places_and_one_less_does_not() -> None:
    assert NODES.scaled(share_of(WANTED)) == NODES
    assert NODES.scaled(share_of(WANTED - 1)).total < NODES.total


def test_the_usual_limit_of_1024_leaves_hundreds_of_places_for_nodes() -> None:
    places = NODES.scaled(share_of(1024))
    assert places.known.total > 300
    assert places.known.per_key == NODES.known.per_key


def test_the_smallest_system_still_has_a_few() -> None:
    assert NODES.scaled(share_of(0)).known.total > 0
