"""What the date of the county's machine did, in words."""

from protocol.trust.schedule import local_time
from provisioning.clock_watch import Jump


def jump_words(jump: Jump) -> str:
    """What the date did, and what it holds up."""
    before = "上次运行时是" if jump.at_start else "应为"
    return (
        f"本机日期曾经跳变，{before} {shown(jump.expected_ms)}，"
        f"当时显示 {shown(jump.found_ms)}，还没有管理员确认。"
        "在确认之前不签发时间，不判到期，不清理旧资料；申请照常收办。"
    )


def shown(at_ms: int) -> str:
    """A time as people read it, whatever it is."""
    return local_time(at_ms).strftime("%Y-%m-%d %H:%M")
