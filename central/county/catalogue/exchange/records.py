"""One record in one row: its columns, and what has no column as JSON in the last one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from central.county.catalogue.exchange.cells import Cell, CellError, Json
from central.county.catalogue.exchange.layout import REST, Sheet
from central.county.catalogue.exchange.parts import Part
from central.county.catalogue.exchange.shapes import take_misshapen

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, by its heading."""

    head: str
    reason: str
    todo: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """A record that was read from a row."""

    part: Part
    heads: Mapping[str, str]  # path in the record: the heading of its cell
    faults: tuple[Fault, ...]


def spread(part: Part, sheet: Sheet) -> dict[str, str]:
    """The cells of a record, by heading; what fits in no column goes into the last one."""
    rest, row = _copied(part), {}
    for column in sheet.columns:
        value = _at(rest, column.path)
        shown = None if value is _MISSING else column.kind.show(value)
        if shown is not None:
            row[column.head] = shown
            _take(rest, column.path)
    if rest:
        row[REST] = str(Json().show(rest))
    return row


def gather(row: Mapping[str, Cell], sheet: Sheet) -> Gathered:
    """The record of a row of cells, none of them empty."""
    faults: list[Fault] = []
    part, heads = _rest(row, faults)
    for column in sheet.columns:
        if column.head not in row:
            continue
        path = ".".join(column.path)
        try:
            if not _put(part, column.path, column.kind.read(row[column.head])):
                words = f"“{REST}”里也写了 {path}"
                faults.append(Fault(column.head, words, "只留一处"))
        except CellError as exc:
            faults.append(Fault(column.head, exc.reason, exc.todo))
        heads[path] = column.head
    for path in take_misshapen(part, sheet):
        words = f"{path} 不能写在这里，或写法不对"
        faults.append(Fault(heads.pop(path, REST), words, "删去，或从导出的表里重新复制"))
    return Gathered(part, heads, tuple(faults))


def _rest(row: Mapping[str, Cell], faults: list[Fault]) -> tuple[Part, dict[str, str]]:
    if REST not in row:
        return {}, {}
    try:
        rest = Json().read(row[REST])
    except CellError as exc:
        faults.append(Fault(REST, exc.reason, exc.todo))
        return {}, {}
    if not isinstance(rest, dict):
        faults.append(Fault(REST, "应是一组栏目：{ … }", "改正"))
        return {}, {}
    return rest, dict.fromkeys(_paths(rest), REST)


def _paths(part: Part, before: str = "") -> Iterator[str]:
    for key, value in part.items():
        yield f"{before}{key}"
        if isinstance(value, dict):
            yield from _paths(value, f"{before}{key}.")


def _copied(part: Part) -> Part:
    """A copy from which values may be taken: no path is longer than two keys."""
    return {key: dict(one) if isinstance(one, dict) else one for key, one in part.items()}


def _at(part: object, path: tuple[str, ...]) -> object:
    for key in path:
        if not isinstance(part, dict) or key not in part:
            return _MISSING
        part = part[key]
    return part


def _take(part: Part, path: tuple[str, ...]) -> None:
    first, *later = path
    if later:
        _take(part[first], tuple(later))
    if not later or not part[first]:
        del part[first]


def _put(part: Part, path: tuple[str, ...], value: object) -> bool:
    """Set a value; False if something stands there already."""
    for key in path[:-1]:
        inner = part.setdefault(key, {})
        if not isinstance(inner, dict):
            return False
        part = inner
    if path[-1] in part:
        return False
    part[path[-1]] = value
    return True
