"""What is tried of a field: what conditions name, and what stands right beside their bounds."""

from typing import Any

import pytest

from protocol.catalogue.forms.proof.trials import named_values, trial_values


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ({"minimum": 5}, [4, 5, 6]),
        ({"exclusiveMaximum": 5}, [4, 5, 6]),
        ({"not": {"maximum": 5}}, [4, 5, 6]),
        ({"minItems": 1}, [[], [None], [None, None]]),
        ({"maxItems": 0}, [[], [None]]),
        ({"enum": ["甲", "乙"]}, ["甲", "乙"]),
        ({"contains": {"const": 1}}, [[{"const": 1}]]),
    ],
)
def test_values_are_named_by_a_condition(part: dict[str, Any], values: list[Any]) -> None:
    assert list(named_values({"properties": {"a": part}}, "a")) == values
    assert list(named_values({"not": {"properties": {"a": part}}}, "a")) == values
    assert list(named_values({"properties": {"a": part}}, "b")) == []


def test_what_python_takes_for_the_same_is_tried_apart() -> None:
    assert list(map(repr, trial_values({"type": "integer"}, [True, 1, 1]))) == ["1", "True"]
