"""The text that Prometheus reads, as its format has it."""

from runtime.metrics.families import Counts, Histogram, counter, gauge, gauges, render


def test_a_gauge_and_a_counter_with_their_help() -> None:
    text = render([gauge("a_bytes", "Room.", 77_138_935_812), counter("b_total", "All.", 0)])
    assert text == (
        "# HELP yizhan_a_bytes Room.\n# TYPE yizhan_a_bytes gauge\nyizhan_a_bytes 77138935812\n"
        "# HELP yizhan_b_total All.\n# TYPE yizhan_b_total counter\nyizhan_b_total 0\n"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert render([gauge("a", "x", None), gauges("b", "x", "code", {})]) == ""


def test_labels_are_in_order_and_escaped() -> None:
    text = render([gauges("a", "x", "code", {"z": 1, 'q"\\\n': True})])
    assert text.splitlines()[2:] == ['yizhan_a{code="q\\"\\\\\\n"} 1', 'yizhan_a{code="z"} 1']


def test_counts_by_two_labels() -> None:
    counts = Counts("exchanges_total", "x", "with", "ended")
    counts.add("child", "done")
    counts.add("child", "done", count=2)
    counts.add("parent", "line")
    assert render([counts.family()]).splitlines()[2:] == [
        'yizhan_exchanges_total{with="child",ended="done"} 3',
        'yizhan_exchanges_total{with="parent",ended="line"} 1',
    ]


def test_a_histogram_counts_what_is_at_most_its_edge() -> None:
    found = Histogram("commit_seconds", "x")
    for seconds in (0.001, 0.0011, 0.25, 60.0):
        found.add(seconds)
    assert render([found.family()]).splitlines()[2:] == [
        'yizhan_commit_seconds_bucket{le="0.001"} 1',
        'yizhan_commit_seconds_bucket{le="0.005"} 2',
        'yizhan_commit_seconds_bucket{le="0.02"} 2',
        'yizhan_commit_seconds_bucket{le="0.1"} 2',
        'yizhan_commit_seconds_bucket{le="0.5"} 3',
        'yizhan_commit_seconds_bucket{le="2.0"} 3',
        'yizhan_commit_seconds_bucket{le="10.0"} 3',
        'yizhan_commit_seconds_bucket{le="+Inf"} 4',
        "yizhan_commit_seconds_sum 60.2521",
        "yizhan_commit_seconds_count 4",
    ]
