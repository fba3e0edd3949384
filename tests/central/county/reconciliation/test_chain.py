"""Numbers that are missing, and forks, follow from what has arrived."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from central.county.reconciliation.chain import Chain, Point, Reason, Span, Why, follow

A, B, C = b"a" * 8, b"b" * 8, b"c" * 8


def spans_of(arrived: Iterable[Point]) -> list[Span]:
    """As the store groups them: runs without a gap."""
    spans: list[Span] = []
    for name, seq in sorted(set(arrived)):
        last = spans[-1] if spans else None
        if last and last.incarnation == name and last.last == seq - 1:
            spans[-1] = Span(incarnation=name, first=last.first, last=seq)
        else:
            spans.append(Span(incarnation=name, first=seq, last=seq))
    return spans


def chain(*arrived: Point, starts: Iterable[Point | None] = (), twice: int = 0) -> Chain:
    return follow(spans_of(arrived), list(starts), twice)


def test_nothing_is_known_of_a_station_that_sent_nothing() -> None:
    assert chain() == Chain(sealed_count=0, missing=(), forks=0, left={})


def test_a_gap_in_the_middle_and_at_the_beginning_is_missing() -> None:
    found = chain((A, 3), (A, 4), (A, 9))

    assert found.sealed_count == 9
    assert found.missing == (
        Span(incarnation=A, first=1, last=2),
        Span(incarnation=A, first=5, last=8),
    )


def test_the_end_of_an_incarnation_is_known_from_the_next_one() -> None:
    found = chain((A, 1), (B, 1), starts=[None, (A, 4)])

    assert found.sealed_count == 5
    assert found.missing == (Span(incarnation=A, first=2, last=4),)


def test_an_incarnation_of_which_nothing_came_is_missing_as_a_whole() -> None:
    found = chain((B, 1), starts=[(A, 2)])

    assert found.sealed_count == 3
    assert found.missing == (Span(incarnation=A, first=1, last=2),)


def test_each_pc_of_a_station_begins_a_chain_of_its_own() -> None:
    starts = [None, None, (A, 1)]
    spans = spans_of([(A, 1), (B, 1), (C, 1)])
    assert follow(spans, starts, 0).forks == 1
    assert follow(spans, starts, 0, pcs=2).forks == 0
    assert follow(spans, [*starts, None], 0, pcs=2).forks == 1
    assert follow(spans, starts, 0, pcs=2, begun_again=1).forks == 1


def test_two_incarnations_after_the_same_envelope_are_a_fork() -> None:
    assert chain((A, 1), (B, 1), (C, 1), starts=[None, (A, 1), (A, 1)]).forks == 1


def test_an_incarnation_that_went_on_after_another_followed_it_is_a_fork() -> None:
    """The PC was restored from a copy made after envelope 1, and had sealed 2 and 3 since."""
    assert chain((A, 1), (A, 3), (B, 1), starts=[None, (A, 1)]).forks == 1


def test_two_beginnings_are_a_fork() -> None:
    """A PC cloned before it sealed anything."""
    assert chain((A, 1), (B, 1), starts=[None, None]).forks == 1


def test_a_number_used_for_two_envelopes_is_a_fork() -> None:
    assert chain((A, 1), starts=[None], twice=1).forks == 1


@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    lost=st.sets(st.tuples(st.integers(0, 4), st.integers(1, 6))),
)
def test_an_honest_station_has_no_fork_and_every_loss_is_counted(
    lengths: list[int], lost: set[tuple[int, int]]
) -> None:
    """Whatever is lost: what is known to be missing was lost, and nothing is invented."""
    names = [bytes([n]) * 8 for n in range(len(lengths))]
    sealed_count = [(n, seq) for n, length in enumerate(lengths) for seq in range(1, length + 1)]
    arrived = [(names[n], seq) for n, seq in sealed_count if (n, seq) not in lost]
    preds: list[Point | None] = [None, *zip(names, lengths, strict=True)]
    starts = [preds[n] for n in range(len(names)) if (n, 1) not in lost]

    found = follow(spans_of(arrived), starts, 0)

    missing = {
        (span.incarnation, seq)
        for span in found.missing
        for seq in range(span.first, span.last + 1)
    }
    assert found.forks == 0
    assert missing <= {(names[n], seq) for n, seq in sealed_count if (n, seq) in lost}
    assert found.sealed_count == len(arrived) + len(missing)
    if not lost & set(sealed_count):
        assert found.sealed_count == len(sealed_count)


def test_a_gap_is_explained_number_by_number() -> None:
    found = chain((A, 1), (A, 9), (B, 1), starts=[None, (A, 6)])
    stuck = Reason(why=Why.DEFERRED, code="peer.internal", node="ab", at_ms=1)

    gaps = found.explain({(A, 3): stuck, (A, 9): stuck, (B, 3): stuck})

    said = [(gap.span.first, gap.span.last, gap.reason.why) for gap in gaps]
    assert said == [
        (2, 2, Why.NOT_ARRIVED),
        (3, 3, Why.DEFERRED),
        (4, 8, Why.NOT_ARRIVED),
    ]


def test_what_comes_behind_the_point_where_an_incarnation_was_left_is_of_a_branch() -> None:
    found = chain((A, 1), (A, 2), (A, 5), (B, 1), starts=[None, (A, 2)])
    (gap,) = found.explain({})
    assert (gap.span.first, gap.span.last, gap.reason.why) == (3, 4, Why.BRANCH)
