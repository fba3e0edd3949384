"""Chinese is printed with full-width punctuation, wherever a person reads it.

Left out is what stands for text that citizens typed (examples/synthetic, the catalogue's sources):
the dictionary of the envelopes is trained on it as it is.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("protocol", "runtime", "provisioning", "station_agent", "central", "examples")
HALF = re.compile(
    r"[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]"
    r"|[\u3400-\u9fff][^\"]{0,9}%\(\w+\)s[,;:?!]"  # behind a value in a Chinese text
)
DEFINING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def read_by_people() -> tuple[tuple[str, int, str], ...]:
    """File, line and text of everything that is printed in Chinese: read once for all who ask."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, int, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            name = str(path.relative_to(ROOT))
            if path.suffix == ".py" and "synthetic" not in path.parts:
                yield from ((name, line, text) for line, text in strings(path.read_text("utf-8")))
            elif path.suffix in (".html", ".po", ".txt"):
                yield from lines(name, path)
    for path in (ROOT / "README.zh-CN.md", *sorted((ROOT / "docs" / "zh").glob("*.md"))):
        yield from lines(str(path.relative_to(ROOT)), path)


def lines(name: str, path: Path) -> Iterator[tuple[str, int, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield name, number, line


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Strings of a program that it may print: no docstrings, which are English, and no patterns."""
    tree = ast.parse(source)
    inner: set[int] = set()
    for node in ast.walk(tree):
        first = node.body[0] if isinstance(node, DEFINING) and node.body else None
        if isinstance(first, ast.Expr):
            inner.add(id(first.value))
        if isinstance(node, ast.Call) and _is_compile(node.func):
            inner.update(id(part) for part in ast.walk(node))
        if isinstance(node, ast.JoinedStr) and id(node) not in inner:
            inner.update(id(part) for part in node.values)
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.lineno, node.value


def _is_compile(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr == "compile"
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
    )


def test_chinese_is_printed_with_full_width_punctuation() -> None:
    found = [f"{name}:{line}: {text}" for name, line, text in read_by_people() if HALF.search(text)]
    assert found == []


def test_nothing_was_read_in_another_encoding() -> None:
    broken = re.compile("[\\x80-\\x9f]|ï¼|ã€|â€|\ufffd|锟斤拷")
    assert [found[:2] for found in read_by_people() if broken.search(found[2])] == []


@pytest.mark.parametrize("mark", list(",;:?!()"))
@pytest.mark.parametrize(
    "program", ['a = "好{}"', 'a = "{}好"', 'f"{{x}}{}好"', 'call("a", f"已{}")']
)
def test_a_half_width_mark_is_seen(program: str, mark: str) -> None:
    assert any(HALF.search(text) for _, text in strings(program.format(mark)))


def test_words_for_developers_and_codes_are_left_alone() -> None:
    program = '"""A hub (枢纽), in English."""\nprint(f"{a}, {b}", "[code]", "好（吗），好")'
    assert not any(HALF.search(text) for _, text in strings(program))
