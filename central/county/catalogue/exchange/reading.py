"""From sheets to a catalogue file: every fault at once, by sheet and cell.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.catalogue.exchange import layout, parts
from central.county.catalogue.exchange.cells import CellError, Code
from central.county.catalogue.exchange.grids import Faults, Grid, Row, rows_of
from central.county.catalogue.exchange.layout import Sheet
from central.county.catalogue.exchange.parts import Part
from central.county.catalogue.exchange.records import Gathered, gather
from protocol.catalogue.findings import Finding, Findings

_SHOWN = 40


@dataclass(slots=True)
class Tables:
    """What the sheets come to."""

    document: dict[str, Any] = field(default_factory=lambda: {"items": []})
    findings: Findings = field(default_factory=Findings)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)  # item, place: sheet and cell

    def located(self, found: Finding) -> Finding:
        """A finding of the catalogue's own checks, with the cell in which it arose."""
        place = found.place
        while place and (found.item, place) not in self.cells:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        cell = self.cells.get((found.item, place))
        if cell is None:
            return found
        return Finding(
            code=found.code,
            level=found.level,
            item=found.item,
            place=cell,
            reason=found.reason,
            todo=found.todo,
        )


def read_grids(grids: Sequence[Grid]) -> Tables:
    """The catalogue of these sheets; with an error among its findings it is none."""
    return _Reading().done(grids)


class _Reading:
    """Puts together one catalogue."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._faults = Faults(self._tables.findings)
        self._fault = self._faults.add
        self._items: dict[str, Part] = {}

    def done(self, grids: Sequence[Grid]) -> Tables:
        rows = {grid.name: list(rows_of(grid, self._faults)) for grid in grids}
        if layout.ITEMS.name not in rows:
            self._fault("", layout.ITEMS.name, "没有“事项”这张表", "从导出的表开始改")
        self._read_about(rows.get(layout.ABOUT.name, []))
        for row in rows.get(layout.ITEMS.name, []):
            self._read_item(row)
        for sheet in layout.LISTS:
            self._read_list(sheet, rows.get(sheet.name, []))
        self._read_forms(rows.get(layout.FORMS.name, []), rows.get(layout.FIELDS.name, []))
        self._read_library(rows.get(layout.LIBRARY.name, []), rows.get(layout.FAULTS.name, []))
        self._read_local(rows.get(layout.LOCAL.name, []))
        self._read_markets(rows.get(layout.MARKETS.name, []))
        return self._tables

    def _read_about(self, rows: Sequence[Row]) -> None:
        for row in rows:
            found = self._gathered(row, "", "", keep=True)
            key = found.part.get(parts.AT_ID)
            if not isinstance(key, str) or "value" not in found.part:
                self._fault("", row.cell("项目"), "缺少项目或者内容", "补上")
            elif key in self._tables.document:
                self._fault("", row.cell("项目"), f"“{key}”写了两次，或另有一张表", "只留一处")
            else:
                self._tables.document[key] = found.part["value"]
                self._tables.cells["", key] = row.cell("项目")

    def _read_item(self, row: Row) -> None:
        found = self._gathered(row, "", "", keep=True)
        code = found.part.get("id")
        if not isinstance(code, str) or not code:
            if not any(one.head == "编号" for one in found.faults):
                self._fault("", row.cell("编号"), "缺少事项编号", "补上；合并的单元格要先取消合并")
            return
        if code in self._items:
            self._fault(code, row.cell("编号"), f"事项编号 {code} 用了两次", "每个事项一个编号")
            return
        self._place(found, row, code, "")
        self._items[code] = found.part
        self._tables.document["items"].append(found.part)

    def _read_list(self, sheet: Sheet, rows: Sequence[Row]) -> None:
        of_items: dict[str, list[tuple[Part, Row]]] = {}
        for row in rows:
            code = self._item_of(row)
            found = self._gathered(row, code or "", "", keep=True)
            if code is not None:
                of_items.setdefault(code, []).append((found.part, row))
                self._place_listed(found, row, code, sheet, of_items[code])
        for code, listed in of_items.items():
            if sheet.key in self._items[code]:
                row = listed[0][1]
                words = f"事项表的“{layout.REST}”里也写了 {sheet.key}"
                self._fault(code, row.cell(layout.ITEM), words, "只留一处")
                continue
            together = parts.LISTS.get(sheet.key, parts.PLAIN).together
            self._items[code][sheet.key] = together([part for part, _ in listed])
        if sheet is layout.PAPERS:
            for item in self._items.values():
                item.setdefault("materials", [])

    def _place_listed(
        self, found: Gathered, row: Row, code: str, sheet: Sheet, so_far: Sequence[Any]
    ) -> None:
        """Note where each value of a row comes to stand in its list."""
        if sheet is not layout.PAPERS:
            self._place(found, row, code, f"{sheet.key}[{len(so_far) - 1}]")
            return
        papers = parts.LISTS["materials"].together([part for part, _ in so_far])
        group = found.part.get(parts.AT_GROUP, {}).get("group")
        grouped = ((n, one) for n, one in enumerate(papers) if "one_of" in one)
        places = [n for n, one in grouped if group and one.get("group") == group]
        at = f"materials[{places[0] if places else len(papers) - 1}]"
        if places:
            self._place(found, row, code, f"{at}.one_of[{len(papers[places[0]]['one_of']) - 1}]")
            at_group = {
                f"{at}{path.removeprefix(parts.AT_GROUP)}": head
                for path, head in found.heads.items()
                if path.startswith(parts.AT_GROUP)
            }
            for path, head in at_group.items():
                self._tables.cells.setdefault((code, path), row.cell(head))
            self._tables.cells.setdefault((code, at), row.cell("组编号"))
            return
        self._place(found, row, code, at)

    def _read_forms(self, forms: Sequence[Row], fields: Sequence[Row]) -> None:
        schemas: dict[str, Part] = {}
        of_forms: dict[str, list[Part]] = {}
        first: dict[str, Row] = {}  # of each form
        for row in forms:
            code = self._item_of(row)
            found = self._gathered(row, code or "", "schema")
            if code is not None and code in schemas:
                self._fault(code, row.cell(layout.ITEM), f"事项 {code} 的表单写了两行", "只留一行")
            elif code is not None:
                schemas[code], first[code] = found.part, row
        for row in fields:
            code = self._item_of(row)
            found = self._gathered(row, code or "", "", keep=True)
            if code is None:
                continue
            name = found.part.get(parts.AT_ID, "")
            if not name or any(one.get(parts.AT_ID) == name for one in of_forms.get(code, [])):
                words = f"栏目编号 {name} 用了两次" if name else "缺少栏目编号"
                self._fault(code, row.cell("编号"), words, "每个栏目一个编号")
                continue
            of_forms.setdefault(code, []).append(found.part)
            first.setdefault(code, row)
            self._place(found, row, code, f"schema.properties.{name}")
        for code, row in first.items():
            form, listed = schemas.get(code, {}), of_forms.get(code, [])
            whole = parts.fields_together(form, listed)
            lost = [key for key in form if whole[key] is not form[key]]
            if lost or "schema" in self._items[code]:
                words = f"“{layout.REST}”里也写了 {lost[0] if lost else 'schema'}"
                self._fault(code, row.cell(layout.REST), words, "只留一处")
            self._items[code].setdefault("schema", whole)

    def _read_library(self, rows: Sequence[Row], faults: Sequence[Row]) -> None:
        library: dict[str, Part] = {}
        for row in rows:
            found = self._gathered(row, "", "", keep=True)
            code = found.part.pop(parts.AT_ID, "")
            if not code or code in library:
                words = f"材料编号 {code} 用了两次" if code else "缺少材料编号"
                self._fault("", row.cell("编号"), words, "每种材料一个编号")
                continue
            library[code] = found.part
            self._place(found, row, "", f"materials.{code}")
        listed: dict[str, list[Part]] = {}
        for row in faults:
            code = self._lead(row, layout.MATERIAL) or ""
            found = self._gathered(row, "", "", keep=True)
            if code and code not in library:
                words = f"材料库里没有 {code}"
                self._fault("", row.cell(layout.MATERIAL), words, _like(code, library))
            elif code:
                listed.setdefault(code, []).append(found.part)
                place = f"materials.{code}.faults[{len(listed[code]) - 1}]"
                self._place(found, row, "", place)
        for code, of_material in listed.items():
            self._put(library[code], "faults", of_material, f"materials.{code}")
        if library:
            self._put(self._tables.document, "materials", library, "")

    def _read_local(self, rows: Sequence[Row]) -> None:
        local: dict[str, Part] = {}
        narrowed: dict[str, dict[str, Part]] = {}
        for row in rows:
            code = self._lead(row, layout.DIVISION)
            item = self._item_of(row) if layout.ITEM in row.cells else ""
            found = self._gathered(row, "", "", keep=True)
            if not code or item is None:
                continue
            holder, key = (narrowed.setdefault(code, {}), item) if item else (local, code)
            if key in holder:
                self._fault("", row.cell(layout.DIVISION), f"{code} {item} 写了两行", "只留一行")
                continue
            holder[key] = found.part
            self._place(found, row, "", f"local.{code}{f'.items.{item}' if item else ''}")
        for code, items in narrowed.items():
            self._put(local.setdefault(code, {}), "items", items, f"local.{code}")
        if local:
            self._put(self._tables.document, "local", local, "")

    def _read_markets(self, rows: Sequence[Row]) -> None:
        markets: dict[str, list[object]] = {}
        for row in rows:
            code = self._lead(row, layout.DIVISION)
            found = self._gathered(row, "", "", keep=True)
            if code and "rule" not in found.part and not found.faults:
                self._fault("", row.cell("规则（JSON）"), "缺少规则", "补上")
            elif code and "rule" in found.part:
                rules = markets.setdefault(code, [])
                rules.append(found.part["rule"])
                place = f"market_days.{code}[{len(rules) - 1}]"
                self._tables.cells["", place] = row.cell(layout.MARKETS.columns[0].head)
        if markets:
            self._put(self._tables.document, "market_days", markets, "")

    def _put(self, part: Part, key: str, value: object, place: str) -> None:
        """Set what its own sheet says, where nothing else says it."""
        if key in part:
            cell = self._tables.cells.get(("", f"{place}.{key}" if place else key), "")
            words = f"这里也写了 {key}，另有一张表写它"
            self._fault("", cell, words, "只留一处")
            return
        part[key] = value

    def _item_of(self, row: Row) -> str | None:
        """The item to which a row belongs; None after its fault was noted."""
        code = self._lead(row, layout.ITEM)
        if code is not None and code not in self._items:
            words = f"“事项”表里没有 {code[:_SHOWN]}"
            self._fault(code, row.cell(layout.ITEM), words, _like(code, self._items))
            return None
        return code

    def _lead(self, row: Row, head: str) -> str | None:
        """What says to which record a row belongs; None after its fault was noted."""
        if head not in row.cells:
            self._fault("", row.cell(head), f"缺少{head}", "补上；合并的单元格要先取消合并")
            return None
        try:
            return str(Code().read(row.cells[head]))
        except CellError as exc:
            self._fault("", row.cell(head), exc.reason, exc.todo)
            return None

    def _gathered(self, row: Row, item: str, place: str, *, keep: bool = False) -> Gathered:
        found = gather(row.cells, row.sheet)
        for fault in found.faults:
            self._fault(item, row.cell(fault.head), fault.reason, fault.todo)
        if not keep:
            self._place(found, row, item, place)
        return found

    def _place(self, found: Gathered, row: Row, item: str, place: str) -> None:
        first = next(iter(row.columns))
        self._tables.cells[item, place] = row.cell(first)
        for path, head in found.heads.items():
            if not path.startswith(parts.AT_GROUP):
                self._tables.cells[item, f"{place}.{path}" if place else path] = row.cell(head)


def _like(code: str, known: Mapping[str, object]) -> str:
    """What to do about a code that is not known; lost zeros are guessed."""
    meant = next((one for one in known if one.lstrip("0") == code.lstrip("0")), "")
    return f"可能是 {meant}，前面的 0 丢了；把这一列设为文本格式再填" if meant else "核对编号"
