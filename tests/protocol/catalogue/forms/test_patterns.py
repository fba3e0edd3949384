"""Patterns are a small language: what could run without end is not of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, RegexOptions  # noqa: TID253 - no agent

from protocol.catalogue.forms.patterns import (
    ENGINE_BYTES,
    MAX_GROUPS,
    MAX_OPEN_ENDED,
    MAX_OPTIONAL,
    MAX_PATTERN_CHARS,
    MAX_REPEATS,
    made_to_fit,
    why_no_pattern,
)
from protocol.catalogue.forms.schema import FormSchema

GOOD = (
    r"^[0-9]{16,19}$",
    r"^[0-9]{4}-(0[1-9]|1[0-2])$",
    r"^[0-9]{1,4}(\.[0-9]{1,2})?$",
    r"^[0-9]{17}[0-9X][1-7][1-4]$",
    r"^\d+$",
    r"^[一-龥]{2,20}$",
    r"^(ab|cd){2}$",
    r"^([A-Z]{2})+$",
    r"^[^a]$",
    r"^桂F[0-9A-Z]{5}$",
    r"a|b",
    r"^a\$$",
    r"^[\-0-9]*$",
    r"^a{3,3}$",
    "(a)" * (MAX_GROUPS + 1),  # beside one another, none in another
    "",
)


def engine(pattern: str) -> Draft202012Validator:
    options = RegexOptions(size_limit=ENGINE_BYTES)
    return Draft202012Validator({"type": "string", "pattern": pattern}, pattern_options=options)


@pytest.mark.parametrize("pattern", GOOD)
def test_a_pattern_that_forms_need_is_taken_and_a_text_can_be_made_for_it(pattern: str) -> None:
    assert why_no_pattern(pattern) == ""
    assert engine(pattern).is_valid(made_to_fit(pattern))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"^(a+)+$", "次数不定"),
        (r"^(a*)*$", "次数不定"),
        (r"^(a{1,9}){1,9}$", "次数不定"),
        (r"^((a+)b?)+$", "次数不定"),
        (r"^(a|a)*$", "不能有"),
        (r"^(a|aa)+$", "不能有"),
        (r"^(ab?)*$", "不能有"),
        (r"(a|b)\1", "反向引用"),
        (r"(?=a)a", "前瞻"),
        (r"(?<!a)a", "前瞻"),
        (r"(?P<n>a)", "命名"),
        (r"(?i)a", "前瞻"),
        (r"a**", "重复不能再接重复"),
        (r"a+?", "重复不能再接重复"),
        (r"a{2}{3}", "重复不能再接重复"),
        (r"a{,3}", "花括号"),
        (r"a{3,2}", "颠倒"),
        (r"[z-a]", "颠倒"),
        (r"[]", "空的"),
        (r"[a&&b]", "方括号"),
        (r"(", "不成对"),
        (r"a)", "不成对"),
        (r"[a", "不成对"),
        (r"\b", "不认识"),
        (r"\p{Han}", "不认识"),
        ("\\", "不认识"),
        (r"a^b", "只能写在最前"),
        (r"*a", "没有意义"),
    ],
)
def test_what_is_not_of_the_language_is_refused_in_words(pattern: str, why: str) -> None:
    assert why in why_no_pattern(pattern)


@pytest.mark.parametrize(
    ("limit", "made"),
    [
        (MAX_PATTERN_CHARS, lambda n: "a" * n),
        (MAX_REPEATS, lambda n: f"a{{{n}}}"),
        (MAX_REPEATS, lambda n: f"a{{2,{n}}}"),
        (MAX_REPEATS // 2, lambda n: f"(a{{{n}}}){{2}}"),
        (MAX_OPEN_ENDED, lambda n: "a+b" * n),
        (MAX_OPTIONAL, lambda n: f"(a|b){{{n}}}"),
        (MAX_GROUPS, lambda n: "(" * n + "a" + ")" * n),
    ],
)
def test_exactly_the_limit_is_taken_and_one_more_is_not(limit: int, made: object) -> None:
    assert callable(made)
    assert why_no_pattern(made(limit)) == ""
    assert why_no_pattern(made(limit + 1)) != ""


@given(st.text(r"ab0-9[]{}()|?*+,.^$\d", max_size=25))
def test_whatever_is_taken_is_understood_by_the_engine_and_by_python_alike(pattern: str) -> None:
    if why_no_pattern(pattern):
        return
    made = made_to_fit(pattern)
    assert engine(pattern).is_valid(made)
    assert re.search(pattern, made)


def test_the_engine_itself_looks_neither_around_nor_back() -> None:
    """A release is checked when it is published; should one come past that, nothing runs long."""
    for pattern in (r"^(a|a)*\1$", "(?=a)a"):
        with pytest.raises(ValueError, match="regex"):
            FormSchema({"properties": {"a": {"pattern": pattern}}}).fits({"a": "a" * 60 + "b"})
    slow = FormSchema({"properties": {"a": {"pattern": "^(a+)+$"}}})
    assert not slow.fits({"a": "a" * 30_000 + "b"})
