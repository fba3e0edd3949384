"""Ages as a person reads them."""

import pytest

from central.commands.nodes import _error, age_text

AGES = [
    (None, "从未"),
    (0, "刚刚"),
    (59, "刚刚"),
    (60, "1 分钟前"),
    (7199, "1 小时前"),
    (3 * 86_400, "3 天前"),
]


@pytest.mark.parametrize(("seconds", "words"), AGES)
def test_an_age_has_one_unit(seconds: int | None, words: str) -> None:
    assert age_text(seconds, never="从未") == words


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (3, "不到 1 分钟"), (90_000, "1 天")])
def test_a_length_of_time_is_not_ago(seconds: int | None, words: str) -> None:
    assert age_text(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "准"), (-59, "准"), (60, "快 1 分钟"), (-7200, "慢 2 小时")]
)
def test_a_clock_is_fast_or_slow(seconds: int, words: str) -> None:
    assert _error(seconds) == words
