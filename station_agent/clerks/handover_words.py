"""A handover sheet as text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station_agent.clerks.calls import HandoverShown

_SHORT = 8


def handover_lines(sheet: "HandoverShown") -> Iterator[str]:
    """Each thing on a line, under what it is."""
    from runtime.web.words import moment  # noqa: PLC0415 - not for every command

    yield f"交接单：{sheet.clerk}（{moment(sheet.at_ms)}）"
    yield f"没交出去的草稿：{len(sheet.drafts)} 份"
    for one in sheet.drafts:
        where = "，在回收站" if one.binned else ""
        yield f"  {one.application[:_SHORT]} {one.name} {one.who}（{moment(one.saved_ms)}{where}）"
    yield f"答应补来的材料：{len(sheet.owed)} 样"
    for owed in sheet.owed:
        yield f"  {_short(owed.number, owed.application)} {owed.who} {owed.material} {owed.until}"
    yield f"收存的原件：{len(sheet.originals)} 样"
    for kept in sheet.originals:
        own = _short(kept.number, kept.application)
        yield f"  {own} {kept.who} {kept.material} {kept.count} 份"
    yield f"收下还没办结的申请：{len(sheet.taken)} 件"
    for taken in sheet.taken:
        yield f"  {_short(taken.number, taken.application)} {taken.name} {taken.who}"


def _short(number: str, application: str) -> str:
    return number or application[:_SHORT]
