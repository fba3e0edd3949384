"""``yizhan-county nodes``: how each node is doing, for a terminal."""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.nodes.calls import OVERVIEW
from central.county.nodes.view import NodeView
from protocol.json_values import to_json
from provisioning.lifecycle.commands import STATES
from runtime.cli.command import data_argument, json_option, print_json
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask, Nothing

_ROLES = {"hub": "乡镇枢纽", "station": "村站", "county": "县中心"}
ALARM_WORDS = {
    "clock-jumped": "日期跳变，待确认",
    "silent": "久未联系",
    "queue-old": "积压超过一天",
    "forks": "数据分叉",
    "salvaged": "数据库曾损坏",
    "unreadable": "打不开县里的答复",
    "needs-newer": "有内容待升级后处理",
    "disk-low": "磁盘将满",
    "set-back": "数据曾被旧副本替换",
    "set-aside": "有搁置的信封",
    "stumbled": "程序处理出错",
    "clock": "时钟不准",
    "behind": "目录或名册落后",
    "program-old": "程序版本旧",
    "never-joined": "久未开站",
    "two-requests": "一码两机",
    "wrong-codes": "开站码多次输错",
}
_STEPS = ((86_400, "天"), (3600, "小时"), (60, "分钟"))
_COLUMNS = ("名称", "角色", "状态", "最近联系", "待送达", "最久", "时钟差", "目录", "程序", "警报")


def nodes_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @json_option
    def nodes(data: Path, *, as_json: bool) -> None:
        """List hubs and stations; who has not been heard of for longest comes first."""
        found = ask(data, OVERVIEW, Nothing())
        if as_json:
            print_json(to_json(found))
        else:
            _print(found)

    return nodes


def _print(found: Sequence[NodeView]) -> None:
    print_table(_COLUMNS, [_row(node) for node in found])


def _row(node: NodeView) -> list[str]:
    error_ms = node.clock_error_ms
    return [
        node.name or node.node,
        _ROLES[node.role.value],
        STATES[node.state.value],
        age_text(node.heard_age_s, never="从未"),
        "" if node.waiting is None else str(node.waiting),
        age_text(node.oldest_age_s),
        "" if error_ms is None else _error(error_ms // 1000),
        "" if node.release is None else str(node.release),
        node.program,
        "、".join(ALARM_WORDS.get(alarm.code, alarm.code) for alarm in node.alarms),
    ]


def age_text(seconds: int | None, never: str = "") -> str:
    """How long ago something was if there is a word for "never", else how long it takes."""
    if seconds is None:
        return never
    for size, name in _STEPS:
        if seconds >= size:
            return f"{seconds // size} {name}前" if never else f"{seconds // size} {name}"
    return "刚刚" if never else "不到 1 分钟"


def _error(seconds: int) -> str:
    if abs(seconds) < _STEPS[-1][0]:
        return "准"
    return f"{'快' if seconds > 0 else '慢'} {age_text(abs(seconds))}"
