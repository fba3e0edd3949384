"""Sizes, ages and times as people read them."""

import pytest

from runtime.web import words


@pytest.mark.parametrize(
    ("count", "said"),
    [(None, "—"), (0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (5 * 1024**3, "5.0 GB")],
)
def test_sizes(count: int | None, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (None, "—", "—"),
        (-5, "刚刚", "just now"),
        (59, "刚刚", "just now"),
        (61, "1 分钟", "1 min"),
        (7200, "2 小时", "2 h"),
        (47 * 3600, "47 小时", "47 h"),
        (3 * 86_400, "3 天", "3 d"),
    ],
)
def test_ages(seconds: float | None, zh: str, en: str) -> None:
    assert (words.age(seconds, "zh"), words.age(seconds, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("at_ms", "said"),
    [
        (None, "—"),
        (0, "1970-01-01 08:00"),
        (1_790_000_000_000, "2026-09-21 22:13"),
        (2**62, "—"),
    ],
)
def test_times_are_beijings(at_ms: int | None, said: str) -> None:
    assert words.moment(at_ms) == said
