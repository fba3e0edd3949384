"""A block is used strictly in order: issued = used + voided + remaining, whatever happens."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocol.errors.numbers import NumberSpentError, NumberWrongError
from protocol.limits import MAX_BLOCK_NUMBERS, MAX_REASON_CHARS, MAX_VOIDED_RUNS
from protocol.numbers.block import Block, Run, Use
from protocol.numbers.number import NumberKind, Series

SERIES = Series(issuer="451423", kind=NumberKind.CASE, year=2026)


def block(first: int = 1, last: int = 12) -> Block:
    return Block(id=b"block-01", series=SERIES, first=first, last=last)


class Using(RuleBasedStateMachine):
    """A station's block beside a plain list of what became of each number."""

    def __init__(self) -> None:
        super().__init__()
        self.use = Use.begin(block())
        self.became: dict[int, str] = {}  # in this order
        self.spoken = False  # something came that was not expected

    @precondition(lambda self: self.use.remaining)
    @rule()
    def take(self) -> None:
        serial, self.use = self.use.take()
        assert serial not in self.became
        assert serial == max(self.became, default=0) + 1
        self.became[serial] = "used"

    @precondition(lambda self: self.use.remaining)
    @rule(data=st.data(), reason=st.sampled_from(["写坏", "打印错", "x" * 300]))
    def void(self, data: st.DataObject, reason: str) -> None:
        count = data.draw(st.integers(1, self.use.remaining))
        first, self.use = self.use.next, self.use.void(count, reason)
        self.became |= dict.fromkeys(range(first, first + count), reason[:MAX_REASON_CHARS])

    @rule()
    def close(self) -> None:
        rest = range(self.use.next, self.use.block.last + 1)
        self.use = self.use.close("换机")
        self.became |= dict.fromkeys(rest, "换机")
        assert self.use.close("再关一次") == self.use

    @rule(serial=st.integers(1, 12))
    def saw(self, serial: int) -> None:
        self.use = self.use.saw(serial)
        self.became |= {n: "used" for n in range(1, serial + 1) if n not in self.became}
        self.became[serial] = "used"

    @invariant()
    def nothing_is_lost_and_nothing_twice(self) -> None:
        use = self.use
        assert use.issued == use.used + use.voided + use.remaining == 12
        assert use.used == list(self.became.values()).count("used")
        assert min(use.used, use.voided, use.remaining) >= 0
        voided = {n: run.reason for run in use.runs for n in range(run.first, run.last + 1)}
        assert voided == {n: why for n, why in self.became.items() if why != "used"}
        assert [run.first for run in use.runs] == sorted(run.first for run in use.runs)


TestUsing = Using.TestCase


def test_a_spent_block_gives_nothing_and_says_so() -> None:
    use = Use.begin(block(7, 7))
    serial, use = use.take()
    assert serial == 7
    with pytest.raises(NumberSpentError):
        use.take()
    with pytest.raises(NumberSpentError):
        use.void(1, "写坏")


def test_exactly_what_is_left_can_be_voided_and_one_more_not() -> None:
    use = Use.begin(block(1, 3))
    assert use.void(3, "写坏").runs == (Run(first=1, last=3, reason="写坏"),)
    with pytest.raises(NumberSpentError):
        use.void(4, "写坏")
    with pytest.raises(NumberSpentError):
        use.void(0, "写坏")


@pytest.mark.parametrize("reason", ["", "  ", "\n", "\u200b", "\u3000\ufeff"])
def test_nothing_is_voided_without_a_reason(reason: str) -> None:
    with pytest.raises(NumberWrongError):
        Use.begin(block()).void(1, reason)


def test_neighbours_with_one_reason_are_one_run() -> None:
    use = Use.begin(block()).void(1, "写坏").void(2, "写坏").void(1, "打印错")
    assert use.runs == (
        Run(first=1, last=3, reason="写坏"),
        Run(first=4, last=4, reason="打印错"),
    )


def test_neither_what_was_used_between_nor_what_nobody_sees_is_of_a_run() -> None:
    use = Use.begin(block()).void(1, "写坏").take()[1].void(1, "写\u200b坏\n")
    assert use.runs == (Run(first=1, last=1, reason="写坏"), Run(first=3, last=3, reason="写坏"))
    assert (use.used, use.voided, use.remaining) == (1, 2, 9)


def test_a_number_outside_the_block_is_not_of_it() -> None:
    with pytest.raises(NumberWrongError):
        Use.begin(block(5, 9)).saw(10)


@pytest.mark.parametrize(("first", "last"), [(0, 5), (6, 5), (1, MAX_BLOCK_NUMBERS + 1)])
def test_what_is_no_block(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="block"):
        block(first, last)


def test_the_largest_block() -> None:
    assert len(block(1, MAX_BLOCK_NUMBERS)) == MAX_BLOCK_NUMBERS


def test_so_many_voidings_of_one_block_and_then_all_that_is_left() -> None:
    use = Use.begin(block(1, 200))
    for n in range(MAX_VOIDED_RUNS - 1):
        use = use.void(1, f"写坏 {n}")
    with pytest.raises(NumberSpentError):
        use.void(1, "再写坏一张")
    assert len(use.close("用完").runs) == MAX_VOIDED_RUNS


def test_of_a_run_that_begins_or_ends_with_what_came_nothing_empty_is_left() -> None:
    use = Use.begin(block()).void(3, "写坏")
    assert use.saw(1).runs == (Run(first=2, last=3, reason="写坏"),)
    assert use.saw(3).runs == (Run(first=1, last=2, reason="写坏"),)
    assert use.saw(1).saw(2).saw(3).runs == ()
