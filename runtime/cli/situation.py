"""``situation CODE``: what a village reads out when somebody helps by telephone.

Source: docs/operations.md, "A code for help by telephone".
"""

import click

from protocol.trust.reports.situation import Line, Situation, Standing, Trouble, read_situation
from runtime.cli.command import json_option
from runtime.cli.terminal import answer

TROUBLES = {
    Trouble.SALVAGED: "数据库损坏过，已经重建",
    Trouble.ROLLED_BACK: "本机数据被恢复或复制过",
    Trouble.DEFERRED: "有东西上级一再不收，已经搁置",
    Trouble.FAILED_INSIDE: "程序处理某件东西时出错",
    Trouble.UNREADABLE: "县里送来的有打不开的",
    Trouble.NEEDS_NEWER: "有东西要新版程序才看得懂",
    Trouble.DISK_LOW: "磁盘快满了",
    Trouble.CLOCK_WRONG: "电脑时钟不准",
}
STANDINGS = {
    Standing.ACTIVE: "正常使用",
    Standing.DRAINING: "收回中，只送出已存的",
    Standing.SUSPENDED: "已停用",
    Standing.STOPPED: "已停止",
    Standing.RETIRED: "已注销",
    Standing.REPLACED: "已换机",
}
LINES = {
    Line.NEVER: "还没有连通过",
    Line.CONNECTED: "正在交换",
    Line.RECENT: "一天内连通过",
    Line.AWAY: "一天以上没有连通",
}


def words_of(found: Situation) -> list[str]:
    """Line by line, what is wrong first."""
    many = f"{found.at_least} 件以上" if found.waiting else "没有"
    waits = f"，最早的等了 {found.oldest_days} 天" if found.waiting else ""
    troubles = [f"注意：{TROUBLES[one]}" for one in Trouble if one in found.troubles]
    return [
        *(troubles or ["没有异常"]),
        f"在县里：{STANDINGS[found.standing]}",
        f"线路：{LINES[found.line]}",
        f"等待送出：{many}{waits}",
    ]


@click.command(name="situation")
@click.argument("code")
@json_option
def situation_command(code: str, *, as_json: bool) -> None:
    """Say what the ten digits mean that a village reads out by telephone."""
    found = read_situation(code)
    plain = {
        "troubles": [one.value for one in Trouble if one in found.troubles],
        "standing": found.standing.value,
        "line": found.line.value,
        "waiting_at_least": found.at_least,
        "oldest_days": found.oldest_days,
    }
    answer(plain, "\n".join(words_of(found)), as_json=as_json)
