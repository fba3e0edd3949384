"""The little language of formulas and conditions in fee rules.

``max(0, people * 0.015 - disabled) * min(wage, 2 * average)``; ``kind == "住宅" and area > 100``.
Numbers, names of facts, texts, ``+ - * /``, ``min`` and ``max``, comparisons, ``and or not``. It
has no loops and no calls of anything else, so it always ends.

Source: docs/fees.md.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation

from protocol.catalogue.fees.kinds import FUNCTIONS, Kind, KindError, Kinds, kinds_of
from protocol.errors import CatalogueError, FeeFactsError

MAX_EXPRESSION_CHARS = 500

Fact = Decimal | str | bool
_ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ORDER: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_KNOWN: tuple[type[ast.AST], ...] = (
    *(ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.USub, ast.Not, ast.BoolOp, ast.And, ast.Or),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Add, ast.Sub, ast.Mult, ast.Div),
)
_CALLS: dict[str, Callable[..., Decimal]] = {"min": min, "max": max}
_PLAIN = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?")  # a number as a law prints it


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression."""

    text: str
    facts: Kinds = field(compare=False)  # that it names, and of what kind each is
    _tree: ast.expr = field(repr=False, compare=False)

    def number(self, facts: Mapping[str, Fact]) -> Decimal:
        """Its value.

        Raises:
            FeeFactsError: a fact is missing or of another kind, or something is divided by 0.
        """
        return _number(_value(self._tree, self.text, facts), self.text)

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether the condition holds; raises as :meth:`number`."""
        found = _value(self._tree, self.text, facts)
        if not isinstance(found, bool):
            raise FeeFactsError(f"{self.text}：应为是或否")
        return found


def read_expression(raw: object, place: str, wanted: Kind) -> Expression:
    """Check an expression as it stands in a catalogue file.

    Args:
        wanted: what it has to come to.

    Raises:
        CatalogueError: it is none, or can never come to that; the message names the place.
    """
    if not isinstance(raw, str) or not 0 < len(raw) <= MAX_EXPRESSION_CHARS:
        raise CatalogueError(f"{place}: 算式应有 1 到 {MAX_EXPRESSION_CHARS} 个字")
    try:
        tree = ast.parse(raw, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise CatalogueError(f"{place}: “{raw[:60]}”不是算式") from None
    for node in ast.walk(tree):
        if not _is_known(node, raw):
            what = ast.get_source_segment(raw, node) or type(node).__name__
            raise CatalogueError(f"{place}: 算式里不能有“{what[:40]}”")
    try:
        facts = kinds_of(tree, wanted)
        _require_no_zero(tree, raw)
    except KindError as exc:
        raise CatalogueError(f"{place}: {exc}") from None
    if not facts:
        raise CatalogueError(f"{place}: “{raw[:60]}”没有用到任何情况，结果永远一样")
    return Expression(raw, facts, tree)


def _require_no_zero(tree: ast.expr, text: str) -> None:
    """Refuse a divisor that is 0 whatever the facts are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            divisor = node.right
            if any(isinstance(part, ast.Name) for part in ast.walk(divisor)):
                continue
            if _number(_value(divisor, text, {}), text) == 0:
                raise KindError(f"“{ast.unparse(node)[:40]}”除以 0")


def _is_known(node: ast.AST, text: str) -> bool:
    match node:
        case ast.Constant(value=str() | bool()):
            return True
        case ast.Constant():
            return bool(_PLAIN.fullmatch(ast.get_source_segment(text, node) or ""))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return name in FUNCTIONS and len(args) > 1
        case ast.Compare(ops=ops):
            return len(ops) == 1
        case _:
            return isinstance(node, _KNOWN)


def _value(node: ast.expr, text: str, facts: Mapping[str, Fact]) -> Fact:
    match node:
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node) or "NaN")
        case ast.Name(id=name):
            if name not in facts:
                raise FeeFactsError(f"缺少 {name}")
            return facts[name]
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return _judged(node, text, facts)
        case _:
            return _computed(node, text, facts)


def _computed(node: ast.expr, text: str, facts: Mapping[str, Fact]) -> Decimal:
    match node:
        case ast.UnaryOp(operand=inner):
            return -_number(_value(inner, text, facts), text)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name](*(_number(_value(one, text, facts), text) for one in args))
        case ast.BinOp(left=left, op=sign, right=right):
            return _arithmetic(left, sign, right, text, facts)
        case _:
            raise AssertionError(ast.dump(node))  # read_expression lets nothing else in


def _judged(node: ast.expr, text: str, facts: Mapping[str, Fact]) -> bool:
    match node:
        case ast.UnaryOp(operand=inner):
            return not _truth(inner, text, facts)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_truth(part, text, facts) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_truth(part, text, facts) for part in parts)
        case ast.Compare(left=left, ops=[order], comparators=[right]):
            return _compared(left, order, right, text, facts)
        case _:
            raise AssertionError(ast.dump(node))


def _arithmetic(
    left: ast.expr, sign: ast.operator, right: ast.expr, text: str, facts: Mapping[str, Fact]
) -> Decimal:
    a, b = (_number(_value(side, text, facts), text) for side in (left, right))
    try:
        return _ARITHMETIC[type(sign)](a, b)
    except (DivisionByZero, InvalidOperation):
        raise FeeFactsError(f"{text}：除数为 0") from None


def _compared(
    left: ast.expr, order: ast.cmpop, right: ast.expr, text: str, facts: Mapping[str, Fact]
) -> bool:
    a, b = _value(left, text, facts), _value(right, text, facts)
    if isinstance(order, ast.Eq):
        return a == b
    if isinstance(order, ast.NotEq):
        return a != b
    return _ORDER[type(order)](_number(a, text), _number(b, text))


def _truth(node: ast.expr, text: str, facts: Mapping[str, Fact]) -> bool:
    found = _value(node, text, facts)
    if not isinstance(found, bool):
        raise FeeFactsError(f"{text}：应为是或否")
    return found


def _number(value: Fact, text: str) -> Decimal:
    if not isinstance(value, Decimal):
        raise FeeFactsError(f"{text}：{str(value)[:40]!r} 不是数")
    return value
