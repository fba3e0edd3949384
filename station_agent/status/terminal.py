"""The status as a clerk reads it: a table in Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.forms.words import format_words, pattern_words, type_words
from protocol.catalogue.terms import OUTCOMES, STATES
from protocol.errors import NeedsNewerError, from_code
from protocol.trust.schedule import local_time
from runtime.cli.terminal import print_table
from station_agent.status.calls import ApplicationShown, ResultShown, Status

_CLOCK_MS = 5 * 60_000  # an error that people notice on papers
_SUITES = {1: "1（X-Wing 混合）", 2: "2（X25519）"}
_WAITS = {
    "window": "等待开放时段",
    "budget": "今日流量已用完",
    "line": "等待线路恢复",
    "turn": "等待轮到",
}
_HEADS = ("申请编号", "日期", "事项", "申请人", "状态", "预计到上级", "预发编号", "办件", "结果")
_ATTACH = {"required": "必须上传", "optional": "可不上传"}


def show_status(status: Status) -> None:
    """Print a table of all applications and what the clerk should know above it."""
    counts = status.counts
    release = status.release or "无（请先与上级交换）"
    click.echo(f"节点 {status.node} 事项目录版本 {release} 本机已封 {status.minted} 件")
    if status.standing:
        click.echo(f"注意：{status.standing.words} [{status.standing.code}]")
    click.echo(" ".join(f"{STATES[state]} {count}" for state, count in counts.items() if count))
    if counts["saved"]:
        click.echo(f"注意：有 {counts['saved']} 件申请只保存在这台电脑上，尚未到达上级。")
    if not status.parent.set_up:
        name = status.parent.name or status.parent.node
        click.echo(f"注意：上级 {name} 还没有开通；资料都保存在本机，开通后会自动发送。")
    _show_apart(status)
    if status.suite.used != status.suite.set:
        click.echo(
            f"注意：县中心规定不用封装算法 {_SUITES[status.suite.set]}，"
            f"本站现用 {_SUITES[status.suite.used]}。"
        )
    _show_clock(status.clock_error_ms or 0)
    if status.set_back_ms is not None:
        when = local_time(status.set_back_ms)
        click.echo(
            f"注意：{when:%Y-%m-%d} 发现本机或上级的数据曾被旧副本替换，或有两台电脑使用同一身份；"
            "资料未丢失，正在向县里重新核对。请告知县中心管理员。"
        )
    if status.applications:
        about = "" if status.time.sure else "约"
        print_table(_HEADS, [_row(one, about) for one in status.applications])


def _show_apart(status: Status) -> None:
    """What is kept beside the way, on whichever side, and what to do about it."""
    if status.aside:
        click.echo(f"注意：有 {len(status.aside)} 件被上级多次拒收，已搁置；可用 retry 重新发送。")
    for code in sorted({one.code for one in status.aside}):
        click.echo(f"  [{code}] {from_code(code, '').zh}")
    if status.stumbled:
        click.echo(f"注意：有 {status.stumbled} 件来件本程序未能处理，已单独保存，请联系县中心。")
    if status.needs_newer:
        click.echo(f"注意：{status.needs_newer} 件来件待升级。{NeedsNewerError.zh}")


def _row(one: ApplicationShown, about: str) -> Sequence[str]:
    state = STATES[one.state]
    if one.notice:
        waits = "县里待升级" if one.notice.code == NeedsNewerError.code else "途中搁置"
        state += f"（{waits} [{one.notice.code}]）"
    if one.problem:
        state += f" [{one.problem}]"
    return (
        one.application,
        f"{local_time(one.saved_ms):%Y-%m-%d}",
        f"{one.item} {one.name or ''}".strip() or "?",
        one.applicant or "",
        state,
        _expected(one.eta or None, one.waits_for or None, about),
        one.number or "",
        one.receipt.case if one.receipt else "",
        _result(one.result),
    )


def _show_clock(off_ms: int) -> None:
    if abs(off_ms) > _CLOCK_MS:
        size = f"{'快' if off_ms > 0 else '慢'} {_span(abs(off_ms) // 60_000)}"
        click.echo(f"注意：本机时钟比县中心{size}，请校准；申请不受影响。")


def _span(minutes: int) -> str:
    """How far a clock is off."""
    for size, word in ((1440, "天"), (60, "小时")):
        if minutes >= 2 * size:
            return f"{minutes // size} {word}"
    return f"{minutes} 分钟"


def _expected(eta: str | None, waits_for: str | None, about: str) -> str:
    """When it should reach the parent, to the minute, and what it waits for.

    Args:
        about: "约" while the county has not confirmed the time within the last day; else empty.
    """
    if waits_for is None:
        return ""
    if eta is None:
        return _WAITS[waits_for]
    return f"预计{about}{eta[5:10]} {eta[11:16]}到达（{_WAITS[waits_for]}）"


def _result(result: ResultShown | None) -> str:
    if result is None:
        return ""
    if result.locked:
        return "（已加锁）"
    if result.code:
        return str(from_code(result.code, result.detail or ""))
    files = len(result.attachments or ())
    note = f"{OUTCOMES[result.outcome or '']} {result.note}".strip()
    return f"{note}（附件 {files} 个）" if files else note


def show_items(found: Mapping[str, Any]) -> None:
    """A line for each item that can be applied for."""
    heads = ("事项编码", "事项", "材料", "必须上传")
    if found["near"]:
        click.echo("没有完全符合的事项。最接近的是：")
    rows = [
        (one["item"], one["name"], one["materials"], "、".join(one["required"]))
        for one in found["items"] or found["near"]
    ]
    print_table(heads, rows)
    click.echo(
        f"事项目录版本 {found['release']}，共 {len(rows)} 项。查看表单：item DATA 事项编码",
        err=True,
    )


def show_item(found: Mapping[str, Any]) -> None:
    """One item: its papers, then the fields of its form."""
    click.echo(f"{found['item']} {found['name']}（目录版本 {found['release']}）")
    for line in _about(found):
        click.echo(line)
    papers = [
        (
            one["id"],
            one["name"],
            _ATTACH[one["attach"]],
            f"{one['max_bytes'] // 1024} KB",
            _remarks(one),
        )
        for one in found["materials"]
    ]
    print_table(("材料编码", "材料", "电子件", "上限", "说明"), papers)
    form = found["form"]
    must = form.get("required", [])
    fields = [
        (key, rule.get("title", ""), _kind(rule), "必填" if key in must else "")
        for key, rule in form.get("properties", {}).items()
        if isinstance(rule, Mapping)
    ]
    print_table(("栏目", "名称", "填法", "必填"), fields)


def _about(found: Mapping[str, Any]) -> Iterator[str]:
    """What a clerk wants to know first: who may apply, how long it takes, where and when."""
    facts, here = found.get("facts", {}), found.get("here", {})
    conditions = facts.get("conditions") or []
    if conditions:
        every = [conditions] if isinstance(conditions, str) else conditions
        yield f"条件：{'；'.join(every)}"
    if promised := (facts.get("limits") or {}).get("promised"):
        yield f"承诺时限：{read_limit(promised)}"
    named = (("place", "地点"), ("time", "时间"), ("contact", "电话"))
    said = [f"{words}：{here[key]}" for key, words in named if here.get(key)]
    if here.get("market_day"):
        said.append(f"只在圩日办理（{'、'.join(here['market_days'])}）")
    if said:
        yield "；".join(said)


def _remarks(material: Mapping[str, Any]) -> str:
    """What a clerk has to know of one paper."""
    said = [f"任选其一：{material['group']}"] if "group" in material else []
    said += [str(material[key]) for key in ("note", "hint") if key in material]
    said += [f"已共享，免交：{material['shared']}"] if "shared" in material else []
    said += ["每人一份"] if "each" in material else []
    said += ["符合条件时才要"] if "when" in material else []
    return "；".join(said)


def _kind(rule: Mapping[str, Any]) -> str:
    """How a field is filled in, as far as one line can say it."""
    if "enum" in rule:
        return " | ".join(str(value) for value in rule["enum"])
    if "format" in rule:
        return format_words(str(rule["format"]))
    if "pattern" in rule:
        return pattern_words(str(rule["pattern"]))
    return type_words(rule["type"]) if "type" in rule else ""


def show_recovery(found: Mapping[str, Any]) -> None:
    """What a salvage found, in words."""
    if found["aside"] is None:
        click.echo("数据库没有损坏，未作改动。")
        return
    click.echo(
        f"数据库已重建：申请 {found['applications']} 件，其中 {found['journal']} 件取自日志；"
        f"{found['gaps']} 处读不出来，{found['refused']} 条不可信已舍去。"
    )
    if found["lost_wires"]:
        click.echo(f"{found['lost_wires']} 件的密封内容已丢失，请与县中心核对是否收到。")
    click.echo(f"损坏的文件保存在 {found['aside']}，请勿删除。")
