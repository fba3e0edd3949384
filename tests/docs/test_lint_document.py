"""docs/lint.md names every rule, with its level and what to do, and no other."""

import re
from pathlib import Path

from protocol.catalogue.lint.padding import RULES as PADDING
from protocol.catalogue.lint.table import RULES, WHOLE, Rule, WholeRule

_TEXT = (Path(__file__).parents[2] / "docs" / "lint.md").read_text("utf-8")
_EVERY: list[Rule | WholeRule] = [*RULES, *WHOLE]


def test_the_document_lists_each_rule_once() -> None:
    rules = [f"| `{rule.code}` | {rule.level} |" for rule in _EVERY]
    assert re.findall(r"^\| `lint\.\S+` \| \w+ \|", _TEXT, re.MULTILINE) == rules
    padding = [f"| `{code}`" for code, *_ in PADDING]
    assert re.findall(r"^\| `padding\.[a-z-]+`", _TEXT, re.MULTILINE) == padding


def test_the_document_says_what_the_program_says_to_do() -> None:
    for rule in _EVERY:
        assert re.search(rf"`{rule.code}`.*\| {re.escape(rule.todo)} \|$", _TEXT, re.MULTILINE)
    for code, _, todo in PADDING:
        assert re.search(rf"`{code}`.*\| {re.escape(todo)} \|$", _TEXT, re.MULTILINE)
