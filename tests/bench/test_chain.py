"""How the figures of a chain become rows, and payload becomes bytes on a line."""

import pytest

from bench.chain import ChainFigures, Spent, rows
from bench.peers.nncp import NncpFigures
from bench.records import make_records
from bench.report import Row
from bench.wire import bytes_on_wire
from examples.synthetic.forms import LARGE_BYTES, minified
from protocol.envelope.suites import SuiteNumber

NNCP = NncpFigures(count=1000, enqueue_s=8.0, carry_s=8.0, up_bytes=3_300_000)


def chain_rows(nncp: NncpFigures | None, *, why: str = "", whole_s: float = 1.5) -> dict[str, Row]:
    chain = ChainFigures(
        suite=SuiteNumber.X25519,
        count=1000,
        batch_s=0.8,
        whole=Spent(took_s=whole_s, cpu_s={"station": 0.5, "hub": 1.0}),
        queueing=Spent(took_s=4.0, cpu_s={"station": 3.0}),
        carrying=Spent(took_s=1.0, cpu_s={}),
        up_bytes=700_000,
        peaks_mb={"hub": 70.0, "county": 80.0},
    )
    return {row.name.partition(": ")[2]: row for row in rows(chain, nncp, why)}


def test_the_whole_chain_counts_queueing_on_both_sides() -> None:
    whole = chain_rows(NNCP)["whole"]
    assert whole.ours == pytest.approx(1000 / 1.5)
    assert whole.peer == pytest.approx(1000 / 16.0)
    assert whole.limit == pytest.approx(10 * 1000 / 16.0)
    assert whole.holds is True
    assert chain_rows(NNCP, whole_s=2.0)["whole"].holds is False


def test_what_is_done_in_turn_stands_beside_it() -> None:
    found = chain_rows(NNCP)
    assert found["in turn"].ours == pytest.approx(1000 / 5.0)
    assert found["in turn"].peer == pytest.approx(1000 / 16.0)
    assert found["queueing a stack"].ours == pytest.approx(1250)
    assert found["queueing one by one"].ours == pytest.approx(250)
    assert found["carrying"].peer == pytest.approx(125)


def test_each_suite_has_its_own_budget_of_bytes() -> None:
    up = chain_rows(NNCP)["up on the wire"]
    assert (up.ours, up.peer, up.limit, up.holds) == (700.0, 3300.0, 800.0, True)


def test_memory_is_shown_for_each_program() -> None:
    found = {name: row.ours for name, row in chain_rows(NNCP).items() if row.unit == "MB"}
    assert found == {"memory, peak, hub": 70.0, "memory, peak, county": 80.0}


def test_processor_time_is_shown_in_ms_for_one_application() -> None:
    found = {n: row.ours for n, row in chain_rows(NNCP).items() if row.unit == "ms/application"}
    assert found == {
        "processor, whole, station": 0.5,
        "processor, whole, hub": 1.0,
        "processor, queueing one by one, station": 3.0,
    }


def test_a_missing_peer_leaves_its_columns_empty_and_says_why() -> None:
    found = chain_rows(None, why="there is no apt-get")
    assert {name: row.peer for name, row in found.items()} == dict.fromkeys(found)
    assert found["whole"].holds is None
    assert found["up on the wire"].holds is True
    assert found["whole"].note == "there is no apt-get"


@pytest.mark.parametrize(
    ("up", "down", "wire"),
    [
        (0, 0, 0),
        (1, 0, 1 + 52),
        (1448, 0, 1448 + 52),
        (1449, 0, 1449 + 2 * 52),
        (0, 3000, 3 * 52),  # acknowledgements of what came down
    ],
)
def test_headers_are_added_for_each_segment_each_way(up: int, down: int, wire: int) -> None:
    assert bytes_on_wire(up, down) == wire


def test_the_records_are_2_kb_and_the_same_every_time() -> None:
    records = make_records(5)
    assert records == make_records(5)
    low, high = LARGE_BYTES
    assert all(low <= len(minified(record)) <= high + 100 for record in records)  # a last sentence
