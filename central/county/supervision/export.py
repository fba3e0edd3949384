"""Cards as the national table has them.

Source: GB/T 39046-2020 table 11; docs/clocks.md, "Cards".
"""

from collections.abc import Mapping

from central.county.supervision.calls import CardShown
from central.county.supervision.rules import Rung
from central.county.supervision.words import RUNGS
from protocol.trust.schedule import local_time

COLUMNS = (
    "办件编号",
    "督办内容",
    "机构名称",
    "事项类型代码",
    "督办发出时间",
    "监察编号",
    "监察规则编号",
    "监察预警类型代码",
    "状态产生时间",
    "监察结果描述",
    "责任部门",
)
"""In the order of the table."""

CODES: Mapping[Rung, str] = {
    Rung.REMINDER: "0",
    Rung.WARNING: "1",
    Rung.YELLOW: "2",
    Rung.RED: "3",
    Rung.LETTER: "4",
}
"""Codes of 监察预警类型. The standard leaves them to the provinces: ours, the quietest first."""

_RESULTS = {
    "told": "已提示",
    "open": "待答复",
    "replied": "已答复，待核实",
    "verified": "已核实",
}
_APPEALS = {"": "", "appealed": "；申诉中", "upheld": "；申诉成立", "rejected": "；申诉不成立"}
_SECOND = "%Y-%m-%d %H:%M:%S"


def row_of(card: CardShown) -> tuple[str, ...]:
    """A row for a card; its state is of the last word that was said to it."""
    changed_ms = card.said[-1].at_ms if card.said else card.given_ms
    return (
        card.case,
        f"{RUNGS[card.rung]}：{card.words}",
        card.department,
        card.item_type,
        f"{local_time(card.given_ms):{_SECOND}}",
        str(card.card),
        card.rule,
        CODES[Rung(card.rung)],
        f"{local_time(changed_ms):{_SECOND}}",
        _RESULTS[card.state] + _APPEALS[card.appeal],
        card.post or card.department,
    )
