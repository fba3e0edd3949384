"""Exactly the limit is taken, one more is not: for every named limit, new ones included."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from protocol import limits
from protocol.errors import YizhanError
from tests.limits.bounds import LOWER, UPPER
from tests.limits.registers import ELSEWHERE, NO_BOUND

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def named() -> set[str]:
    """Every number that a file of limits names, as module.NAME."""
    found: set[str] = set()
    for path in ROOT.glob("*/**/limits.py"):
        if path.parts[len(ROOT.parts)] in ("tests", ".venv"):
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        values = vars(import_module(module))
        found |= {
            f"{module}.{name}"
            for name, value in values.items()
            if NAME.fullmatch(name) and isinstance(value, int | float)
        }
    return found


def test_every_named_limit_has_a_test_of_its_boundary() -> None:
    direct = {f"protocol.limits.{name}" for name in (*UPPER, *LOWER)}
    every = [*direct, *ELSEWHERE, *NO_BOUND]
    assert len(every) == len(set(every)), "in two registers"
    assert named() - set(every) == set(), "say where their boundaries are tried"
    assert set(every) - named() == set(), "gone"


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())))
def test_the_tests_that_are_named_exist(place: str) -> None:
    file, _, name = place.partition("::")
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    functions = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert name in functions if name else functions


@pytest.mark.parametrize("name", UPPER)
def test_exactly_the_limit_is_taken_and_one_more_is_not(name: str) -> None:
    limit = getattr(limits, name)
    UPPER[name](limit)
    with pytest.raises((YizhanError, ValueError)):
        UPPER[name](limit + 1)


@pytest.mark.parametrize("name", LOWER)
def test_exactly_the_least_is_taken_and_one_less_is_not(name: str) -> None:
    limit = getattr(limits, name)
    LOWER[name](limit)
    with pytest.raises((YizhanError, ValueError)):
        LOWER[name](limit - 1)
