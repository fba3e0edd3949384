"""What a terminal shows: tables that no width cuts, and answers as words or as JSON.

Source: docs/operations.md, "Commands".
"""

import unicodedata
from collections.abc import Sequence

import click

from runtime.cli.command import json_text, print_json

_WIDE = frozenset("WF")
_NO_WIDTH = frozenset(("Mn", "Me", "Cf"))


def answer(value: object, words: str, *, as_json: bool, err: bool = False) -> None:
    """``value`` as JSON if that was asked for, else ``words`` for people; nothing if empty."""
    if as_json:
        print_json(value)
    elif words:
        click.echo(words, err=err)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side, each as wide as its widest cell, however wide the terminal is."""
    cells = [[*columns], *([one_line(str(cell)) for cell in row] for row in rows)]
    widths = [max(width_of(row[at]) for row in cells) for at in range(len(columns))]
    for row in cells:
        both = zip(row, widths, strict=True)
        line = "  ".join(cell + " " * (width - width_of(cell)) for cell, width in both)
        click.echo(line.rstrip())


def one_line(text: str) -> str:
    """``text`` from elsewhere, without what moves a cursor, colours a screen or begins a line."""
    return "".join(char if char.isprintable() or char == "\u3000" else " " for char in text)


def width_of(text: str) -> int:
    """Columns that ``text`` takes on a terminal: a Chinese character takes two."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def say_address(word: str, url: str, *, as_json: bool) -> None:
    """``ready URL`` and the like, at once; as JSON one document a line."""
    click.echo(json_text({word: url}) if as_json else f"{word} {url}")
