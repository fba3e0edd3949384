"""A few seconds of what ``make fuzz`` does for as long as one likes."""

from collections.abc import Iterator

import pytest

from tests.fuzz.mutate import Mutator
from tests.fuzz.runner import Fuzzer, fuzz, run_one
from tests.fuzz.target import Target
from tests.fuzz.targets.all import every_target


@pytest.fixture(scope="module")
def targets() -> Iterator[list[Target]]:
    with every_target() as made:
        yield made


def test_only_our_own_errors_come_out_of_any_parser(targets: list[Target]) -> None:
    report = fuzz(targets, seconds=6.0, seed=1)
    assert not report.findings
    assert set(report.inputs) == {target.name for target in targets}


def test_every_target_takes_its_own_corpus(targets: list[Target]) -> None:
    """Else a target would only ever see its own mistakes."""
    for target in targets:
        fuzzer = Fuzzer(target, 1)
        assert not [found for data in target.seeds() for found in fuzzer.throw(data, weigh=True)]


def test_something_of_every_corpus_is_right(targets: list[Target]) -> None:
    """Else what lies behind the first check would never be reached."""
    wrong = {"names on a stick", "control line", "stick folder"}
    for target in targets:
        if target.name not in wrong:
            assert any(run_one(target, data) == ("", ()) for data in target.corpus), target.name


def test_a_parser_that_breaks_is_found() -> None:
    def parse(data: bytes) -> None:
        if b"x" in data:
            raise KeyError("x")

    fuzzer = Fuzzer(Target(name="broken", corpus=[b"abcx" * 20], parse=parse), 1)
    assert any(found.reason.startswith("KeyError") for found in fuzzer.throws(50))


def test_a_parser_that_takes_much_memory_is_found() -> None:
    broken = Target(name="large", corpus=[b"a"], parse=lambda _: bytes(2**20), largest_bytes=2**19)
    (found,) = Fuzzer(broken, 1).throw(b"a", weigh=True)
    assert found.reason == "took 1.0 MiB"


def test_an_input_that_leads_somewhere_new_is_built_on() -> None:
    """Three bits have to be right one after the other, each at a line of its own."""

    def parse(data: bytes) -> None:
        if data[0:1] != b"y":
            raise ValueError
        if data[1:2] != b"z":
            raise ValueError
        if data[2:3] != b"|":
            raise ValueError
        raise KeyError("open")

    closed = Target(name="door", corpus=[b"xxx"], parse=parse, errors=(ValueError,))
    fuzzer = Fuzzer(closed, 1)
    assert any(fuzzer.throws(20_000))
    assert fuzzer.endings == 4


def test_the_same_seed_makes_the_same_inputs() -> None:
    one, other = Mutator([b"corpus" * 50], 3), Mutator([b"corpus" * 50], 3)
    assert [one.next() for _ in range(100)] == [other.next() for _ in range(100)]
