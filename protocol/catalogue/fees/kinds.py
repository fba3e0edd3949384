"""What kind of fact an expression needs, found without computing it.

A rule whose condition compares an area with a text could never charge anything; so it is refused
when it is published, and not at the counter.

Source: docs/fees.md.
"""

import ast
from enum import StrEnum

Kinds = dict[str, "Kind"]  # of facts, by name
FUNCTIONS = frozenset({"min", "max"})


class Kind(StrEnum):
    """What a fact or a part of an expression is."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "true or false"


_WORDS = {Kind.NUMBER: "数", Kind.TEXT: "文字", Kind.TRUTH: "是否"}


class KindError(Exception):
    """A part of an expression can not be what it has to be; the message says which."""


def kinds_of(tree: ast.expr, wanted: Kind) -> Kinds:
    """The kind of each fact that ``tree`` names, if the whole is to be ``wanted``.

    Raises:
        KindError: it can never be.
    """
    found: Kinds = {}
    _require(tree, wanted, found)
    return found


def agree(known: Kinds, more: Kinds) -> None:
    """Add ``more`` to ``known``; raises KindError if a fact is to be of two kinds."""
    for name, kind in more.items():
        _fact(name, kind, known)


def _require(node: ast.expr, wanted: Kind, found: Kinds) -> None:
    if isinstance(node, ast.Name):
        _fact(node.id, wanted, found)
        return
    if (kind := _kind(node) or wanted) != wanted:
        raise KindError(f"“{ast.unparse(node)[:40]}”是{_WORDS[kind]}，这里应是{_WORDS[wanted]}")
    _inside(node, found)


def _kind(node: ast.expr) -> Kind | None:
    """Of a node that shows it; None of a name."""
    match node:
        case ast.Name():
            return None
        case ast.Constant(value=bool()):
            return Kind.TRUTH
        case ast.Constant(value=str()):
            return Kind.TEXT
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return Kind.TRUTH
        case _:
            return Kind.NUMBER


def _inside(node: ast.expr, found: Kinds) -> None:
    match node:
        case ast.BoolOp(values=parts):
            _all(parts, Kind.TRUTH, found)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _require(inner, Kind.TRUTH, found)
        case ast.UnaryOp(operand=inner):
            _require(inner, Kind.NUMBER, found)
        case ast.Call(args=parts):
            _all(parts, Kind.NUMBER, found)
        case ast.BinOp(left=left, right=right):
            _all([left, right], Kind.NUMBER, found)
        case ast.Compare(left=left, ops=[order], comparators=[right]):
            _compared(left, order, right, found)
        case _:
            pass


def _all(parts: list[ast.expr], kind: Kind, found: Kinds) -> None:
    for part in parts:
        _require(part, kind, found)


def _compared(left: ast.expr, order: ast.cmpop, right: ast.expr, found: Kinds) -> None:
    kind: Kind | None = Kind.NUMBER
    if isinstance(order, ast.Eq | ast.NotEq):
        kind = _kind(left) or _kind(right)
    if kind is None:
        raise KindError(f"“{ast.unparse(left)[:40]}”在和另一项情况比较")
    _all([left, right], kind, found)


def _fact(name: str, kind: Kind, found: Kinds) -> None:
    if name == "evidence" or name in FUNCTIONS:
        raise KindError(f"“{name}”不能作情况的名称")
    if found.setdefault(name, kind) != kind:
        raise KindError(f"“{name}”在一处是{_WORDS[found[name]]}，在另一处是{_WORDS[kind]}")
