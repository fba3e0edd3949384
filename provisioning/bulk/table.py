"""Reads a table of nodes as offices keep it: CSV from a spreadsheet, UTF-8 or GB18030.

Columns, in any order: ``code``, ``name``, ``role``, ``parent``, ``contact`` and, if hubs are to
have it, ``url``; the Chinese headings below mean the same. Every fault is noted with its line.

Source: docs/operations.md, "A whole county at once"; RFC 4180; GB 18030.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from protocol.errors import TextError, UsageError, YizhanError
from protocol.ids import division_code
from protocol.limits import MAX_ROSTER_LINES
from protocol.text import decode, identifier
from protocol.trust.roster import Role
from provisioning.invitation import NewNode, checked_contact, checked_name

_COLUMNS = {
    "code": ("code", "编码", "代码", "区划代码", "行政区划代码", "区划编码", "统计用区划代码"),
    "name": ("name", "名称", "站点名称", "单位名称"),
    "role": ("role", "角色", "类型", "节点类型"),
    "parent": ("parent", "上级", "上级代码", "上级区划代码", "上级枢纽"),
    "contact": ("contact", "联系方式", "联系人", "联系电话"),
    "url": ("url", "地址", "网址"),
}
_NEEDED = {"code": "区划代码", "name": "名称", "role": "角色"}
_HEADING_ROWS = 10  # so many lines may stand above the heading: a title, a date
_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .xls
_EXPORTED = re.compile(r"""^=?"(.*)"$|^[`'’‘](.*)$""")  # how exports say that a number is text
_ROLES = {
    Role.COUNTY: ("county", "县", "县中心"),  # the line of the county itself, see check.py
    Role.HUB: ("hub", "枢纽", "乡镇枢纽", "乡镇", "乡镇便民服务中心"),
    Role.STATION: ("station", "村站", "村", "村级", "村级便民服务站"),
}
_SEPARATORS = (",", ";", "\t", "\uff0c")  # the last is the comma of an input method
_ASIDE = re.compile(r"""\(.*?\)|[\s*:"]""")  # in a heading: "名 称*", "角色（类型）"
_HTTPS = "https://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a line can't be taken."""

    line: int  # as a text editor counts, from 1
    code: str  # stable, docs/errors.md
    reason: str  # for the administrator
    place: str = ""  # division code of the line, if that can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that could be read."""

    number: int
    newcomer: NewNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a file holds."""

    lines: list[Line]
    faults: list[Fault]
    unknown: list[str] = field(default_factory=list)  # headings of columns that are not read


def read_table(data: bytes, *, anyway: bool = False) -> Table:
    """Read a whole file; ``anyway``: somebody was asked about foreign hubs.

    Raises:
        UsageError: it is no table with the needed columns, or it is too long.
    """
    text = _decoded(data)
    heading = max(text.splitlines()[:_HEADING_ROWS] or [""], key=_known_in)
    separator = max(_SEPARATORS, key=lambda one: len(_columns(heading.split(one))))
    rows = _numbered(text, separator)
    cells: list[str] = []
    columns: dict[str, int] = {}
    for _ in range(_HEADING_ROWS):
        row = next(rows, (1, []))[1]
        if len(found := _columns(row)) > len(columns):
            cells, columns = row, found
        if _NEEDED.keys() <= found.keys():
            break
    if missing := [words for name, words in _NEEDED.items() if name not in columns]:
        raise UsageError(f"缺少列：{'、'.join(missing)}（表头应在前 {_HEADING_ROWS} 行之内）")
    table = _read(rows, columns, anyway=anyway)
    used = set(columns.values())
    table.unknown.extend(
        cell.strip()[:40] for at, cell in enumerate(cells) if at not in used and cell.strip()
    )
    return table


def _known_in(line: str) -> int:
    return max(len(_columns(line.split(separator))) for separator in _SEPARATORS)


def _decoded(data: bytes) -> str:
    if data.startswith(_SHEETS):
        raise UsageError("这是 Excel 工作簿；请在表格软件里另存为 CSV（逗号分隔），再导入")
    try:
        return decode(data)
    except TextError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise UsageError("文件既不是 UTF-8 也不是 GB18030 编码") from None


def _columns(cells: list[str]) -> dict[str, int]:
    """Where each known column stands."""
    known = {word: name for name, words in _COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = known.get(_ASIDE.sub("", identifier(cell)).lower())
        if name:
            found.setdefault(name, at)
    return found


def _read(rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], *, anyway: bool) -> Table:
    table = Table(lines=[], faults=[])
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(table.lines) + len(table.faults) >= MAX_ROSTER_LINES:
            raise UsageError(f"超过 {MAX_ROSTER_LINES} 行，请分几次导入")
        cells = {name: _plain(row[at]) for name, at in columns.items() if at < len(row)}
        try:
            table.lines.append(Line(number=number, newcomer=_newcomer(cells, anyway=anyway)))
        except YizhanError as exc:
            place = _readable(cells.get("code", ""))
            table.faults.append(Fault(line=number, code=exc.code, reason=exc.detail, place=place))
    return table


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in rows:
            yield begins, row
            begins = rows.line_num + 1
    except csv.Error as exc:
        raise UsageError(f"第 {begins} 行不是表格：引号不成对，或者一格太长（{exc}）") from None


def _plain(cell: str) -> str:
    """A cell without what an export puts around a number so that it stays text."""
    plain = cell.strip()
    found = _EXPORTED.match(plain)
    return (found[1] or found[2] or "").strip() if found else plain


def _newcomer(cells: dict[str, str], *, anyway: bool) -> NewNode:
    contact, url = cells.get("contact", ""), cells.get("url", "")
    if contact.startswith(_HTTPS) and not url:
        contact, url = "", contact
    return NewNode(
        role=_role(cells.get("role", "")),
        code=_code(cells.get("code", ""), "区划代码"),
        name=_name(cells.get("name", "")),
        parent=_parent(cells["parent"]) if cells.get("parent") else None,
        url=url,
        contact=checked_contact(contact),
        anyway=anyway,
    )


def _role(word: str) -> Role:
    for role, words in _ROLES.items():
        if identifier(word).lower() in words:
            return role
    raise UsageError(f"角色“{word[:20]}”不认识，应为 hub（乡镇枢纽）或 station（村站）")


def _parent(word: str) -> str:
    if not any(char.isdigit() for char in word):
        raise UsageError(f"“上级”一栏写的是名称“{word[:20]}”，应写上级枢纽的区划代码（数字）")
    return _code(word, "上级")


def _code(word: str, column: str) -> str:
    plain = identifier(word)
    if "e+" in plain.lower():
        words = "被表格软件改成了科学计数法，请把该列设为文本，重新填写"
        raise UsageError(f"“{column}”一栏的 {plain[:20]} {words}")
    try:
        return division_code(plain)
    except UsageError:
        raise UsageError(f"“{column}”一栏的“{plain[:20]}”应为 6、9 或 12 位数字") from None


def _readable(word: str) -> str:
    try:
        return _code(word, "区划代码")
    except UsageError:
        return ""


def _name(word: str) -> str:
    try:
        return checked_name(word)
    except UsageError:
        raise UsageError(f"名称“{word[:20]}”是空的、过长或含有控制字符") from None
