"""The readable page of a package: one HTML file that needs nothing else, for a person in 2056.

It is written in Chinese, as the archives are, by nothing but what the case itself says: the same
case, the same bytes.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from central.county.archive.gathering import Gathered
from central.county.casework.calls import FileState
from central.county.fees.words import KINDS as FEE_KINDS
from central.county.fees.words import STATES as FEE_STATES
from central.county.flows.words import WORDS
from central.county.supervision.words import RUNGS
from protocol.casework.states import STATE_WORDS
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Cell
from protocol.catalogue.terms import OUTCOMES
from protocol.trust.schedule import local_time

_STYLE = (
    "body{font:16px/1.6 serif;max-width:52em;margin:2em auto;padding:0 1em;color:#111}"
    "h1{font-size:1.5em}h2{font-size:1.15em;border-bottom:1px solid #999;margin-top:2em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
    "th{background:#f2f2f2;font-weight:600}td{overflow-wrap:anywhere}"
    "@media print{body{margin:0}h2{break-after:avoid}tr{break-inside:avoid}}"
)
_FILE_WORDS = {FileState.WAITING: "未到县里", FileState.DAMAGED: "已损坏"}
_SECOND = "%Y-%m-%d %H:%M:%S"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

Rows = Sequence[Sequence[str]]


def readable_page(gathered: Gathered, papers: Sequence[tuple[str, str]]) -> bytes:
    """The page.

    Args:
        papers: path and title of each file that lies in the package.
    """
    case = gathered.whole.found.case
    title = f"{case.case} {case.title or case.item}"
    parts = [
        f"<h1>{escape(case.title or case.item)}</h1>",
        _table((), _cover(gathered)),
        "<h2>申请表</h2>",
        *_form(gathered),
        "<h2>材料和文书</h2>",
        _table(("文件", "名称"), papers) if papers else "<p>没有文件。</p>",
        _missing(gathered),
        "<h2>办理记录</h2>",
        _table(("序号", "时间", "事项", "经手人", "内容"), list(_events(gathered))),
        "<h2>文书</h2>",
        _table(("文书", "文号", "发出", "告知和送达"), list(_documents(gathered))),
        "<h2>收费</h2>",
        f"<p>{FEE_STATES[gathered.fee.state]}</p>",
        _table(("日期", "事项", "金额（元）", "票号", "经手人"), list(_fee(gathered))),
        "<h2>督办</h2>",
        _table(("时间", "等级", "内容", "部门"), list(_cards(gathered))),
    ]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    body = "\n".join(filter(None, parts))
    page = f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body>\n{body}\n</body></html>'
    return f"{page}\n".encode()


def _cover(gathered: Gathered) -> Rows:
    case, status = gathered.whole.found.case, gathered.logged.status
    agent = case.taken.agent if case.taken else None
    rows = [
        ("办件编号", case.case),
        ("预发编号", case.number or ""),
        ("申请人", case.applicant),
        ("代办人", agent.name if agent else ""),
        ("事项", case.title or case.item),
        ("承办部门", gathered.item.department if gathered.item else ""),
        ("村站", f"{case.name}（{case.station}）"),
        ("收件", _at(case.received_ms)),
        ("受理", _at(status.accepted_ms)),
        ("决定", _at(case.decided_ms)),
        ("结果", OUTCOMES.get(case.outcome or "", "")),
        ("说明", case.note or ""),
        ("送达", _at(status.delivered_ms)),
        ("结束", _at(status.ended_ms)),
        ("状态", STATE_WORDS[status.state]),
        ("更正", case.corrects or ""),
        ("信封", gathered.whole.envelope.hex()),
    ]
    return [row for row in rows if row[1]]


def _form(gathered: Gathered) -> Iterator[str]:
    """As its definition lays it out; field by field if that is not known."""
    form: Any = json.loads(gathered.whole.form)
    if gathered.item is None or not isinstance(form, dict):
        yield f"<pre>{escape(json.dumps(form, ensure_ascii=False, indent=1))}</pre>"
        return
    for section in layout(gathered.item.schema, form, spare_rows=0).sections:
        if section.title:
            yield f"<h3>{escape(section.title)}</h3>"
        cells = [one for one in section.parts if isinstance(one, Cell) and one.there]
        if cells:
            yield _table((), [(one.title, one.text) for one in cells])
        for block in section.parts:
            if isinstance(block, Block) and block.there and block.rows:
                yield f"<h3>{escape(block.title)}</h3>"
                yield _block(block)


def _block(block: Block) -> str:
    if block.heads:
        return _table(block.heads, [[one.text for one in row] for row in block.rows])
    return _table((), [(one.title, one.text) for one in block.rows[0]])


def _missing(gathered: Gathered) -> str:
    """Files of which the package has only the name."""
    rows = [
        (one.name, _FILE_WORDS[one.state])
        for one in gathered.whole.files
        if one.state is not FileState.WHOLE
    ]
    return _table(("没有收进来的文件", "原因"), rows) if rows else ""


def _events(gathered: Gathered) -> Iterator[Sequence[str]]:
    for one in gathered.exchanged.life.events:
        body = {name: value for name, value in one.body.items() if name != "note" and value}
        said = [
            str(one.body.get("note", "")),
            "；".join(f"{k}={_short(v)}" for k, v in body.items()),
        ]
        by = f"{one.by or '自动'} {one.right}".rstrip()
        at = one.at[:19].replace("T", " ")
        yield str(one.n), at, WORDS.get(one.kind, one.kind), by, " ".join(filter(None, said))


def _documents(gathered: Gathered) -> Iterator[Sequence[str]]:
    for one in gathered.documents:
        told = "；".join(f"{_at(said.at_ms)} {said.person} {said.by}" for said in one.told)
        yield one.name, one.number, _at(one.issued_ms), told


def _fee(gathered: Gathered) -> Iterator[Sequence[str]]:
    for one in gathered.fee.entries:
        yield one.day, FEE_KINDS[one.kind], one.yuan, one.number, one.by


def _cards(gathered: Gathered) -> Iterator[Sequence[str]]:
    for one in gathered.cards:
        yield _at(one.given_ms), RUNGS[one.rung], one.words, one.department


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _at(at_ms: int | None) -> str:
    return f"{local_time(at_ms):{_SECOND}}" if at_ms else ""


def _table(heads: Sequence[str], rows: Rows) -> str:
    """With heads above, or the first cell of each row as its head; nothing of no rows."""
    if not rows:
        return "<p>没有。</p>" if heads else ""
    lines = ["<table>"]
    if heads:
        lines.append(f"<tr>{''.join(f'<th>{escape(one)}</th>' for one in heads)}</tr>")
    for row in rows:
        cells = [f"<td>{escape(one)}</td>" for one in row]
        if not heads:
            cells[0] = f"<th>{escape(row[0])}</th>"
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table>"])
