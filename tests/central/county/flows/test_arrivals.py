"""What arrives says what was, and never more than can have been."""

import pytest

from central.county.flows.arrivals import Followed, bodies_of
from protocol.casework.events import closing, handling, opening
from protocol.records.followups import (
    Delivered,
    NewContact,
    PosterState,
    Posting,
    Said,
    Subject,
    Supplement,
    Telling,
    Way,
)

CAME_MS = 1_790_000_000_000  # 2026-09-21 in China


def followed(subject: Subject, *materials: str, day: str = "", at_ms: int = 0) -> Followed:
    return Followed(
        key=("60" * 8, b"\1" * 16),
        follow_up="ab" * 16,
        said=Said(subject=subject, day=day, at_ms=at_ms),
        materials=materials,
        received_ms=CAME_MS,
    )


@pytest.mark.parametrize(
    ("day", "at_ms", "counted"),
    [
        ("2026-09-14", 0, "2026-09-14"),  # as the clerk said it
        ("2026-12-24", 0, "2026-09-21"),  # no poster hung after it was told
        ("", CAME_MS - 86_400_000, "2026-09-20"),  # by the PC's clock
        ("", CAME_MS + 10**12, "2026-09-21"),
        ("", 0, "2026-09-21"),
    ],
)
def test_a_poster_hangs_from_the_day_that_the_village_says_and_never_from_a_later_one(
    day: str, at_ms: int, counted: str
) -> None:
    said = followed(Posting(what=PosterState.PLACED, place="村口"), day=day, at_ms=at_ms)
    assert list(bodies_of(said)) == [handling.PublicityBegun(day=counted)]


def test_papers_answer_a_correction_and_name_each_material_once() -> None:
    came, corrected = bodies_of(followed(Supplement(words="补"), "id-card", "id-card", ""))
    assert isinstance(came, handling.PapersCame)
    assert came.materials == ("id-card",)
    assert corrected == opening.Corrected(follow_up="ab" * 16)


def test_a_document_that_was_handed_over_is_not_the_decision() -> None:
    said = Telling(
        what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person="韦小宝", document="受理通知书"
    )
    (told,) = bodies_of(followed(said))
    assert isinstance(told, closing.Told)
    assert told.document == "受理通知书"


def test_another_telephone_moves_nothing() -> None:
    assert list(bodies_of(followed(NewContact(phone="13900001111")))) == []
