"""The status as a clerk reads it: a table in Chinese."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from protocol.catalogue.terms import OUTCOMES, STATES
from protocol.errors import NeedsNewerError, from_code
from protocol.trust.schedule import local_time
from runtime.cli.terminal import print_table
from station_agent.status.calls import ApplicationShown, ResultShown, Status

if TYPE_CHECKING:
    from station_agent.upkeep.recovery import RecoveredDatabase

_CLOCK_MS = 5 * 60_000  # an error that people notice on papers
_SUITES = {1: "1（X-Wing 混合）", 2: "2（X25519）"}
_WAITS = {
    "window": "等待开放时段",
    "budget": "今日流量已用完",
    "line": "等待线路恢复",
    "turn": "等待轮到",
}
_HEADS = ("申请编号", "日期", "事项", "申请人", "状态", "预计到上级", "预发编号", "办件", "结果")


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
        click.echo(f"  [{code}] {from_code(code, '').words()}")
    if status.stumbled:
        click.echo(f"注意：有 {status.stumbled} 件来件本程序未能处理，已单独保存，请联系县中心。")
    if status.needs_newer:
        click.echo(f"注意：{status.needs_newer} 件来件待升级。{NeedsNewerError().words()}")


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


def show_recovery(found: "RecoveredDatabase") -> None:
    """What a salvage found, in words."""
    if found.kept_at is None:
        click.echo("数据库没有损坏，未作改动。")
        return
    click.echo(
        f"数据库已重建：申请 {found.applications} 件，其中 {found.journal} 件取自日志；"
        f"{found.gaps} 处读不出来，{found.refused} 条不可信已舍去。"
    )
    if found.lost_wires:
        click.echo(f"{found.lost_wires} 件的密封内容已丢失，请与县中心核对是否收到。")
    click.echo(f"损坏的文件保存在 {found.kept_at}，请勿删除。")
