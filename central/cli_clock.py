"""``yizhan-county clock``: whether the date of the county's machine can be believed."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

from central.county.nodes.clock import CONFIRM, SHOW
from protocol.trust.schedule import local_time
from runtime.command import data_argument, json_option, print_json, silent
from runtime.control.owner import Report

Run = Callable[[Path, str, Mapping[str, Any], Report], Coroutine[Any, Any, Any]]


def clock_command(run: Run) -> click.Command:
    """The command; ``run`` runs one operation on a county's data folder."""

    @click.command()
    @data_argument
    @click.option("--confirm", is_flag=True, help="The date of this machine is right now.")
    @json_option
    def clock(data: Path, *, confirm: bool, as_json: bool) -> None:
        """Say whether the date of this machine jumped; confirm that it is right now.

        Until then no time is signed for hubs and stations, and nothing falls due or is let go.
        """
        found = asyncio.run(run(data, CONFIRM if confirm else SHOW, {}, silent))
        if as_json:
            print_json(found)
            return
        click.echo(f"本机时间 {shown(found['now_ms'])}（北京时间）")
        if jump := found["jump"]:
            click.echo(jump_words(jump))
            click.echo("核对无误后：yizhan-county clock DATA --confirm", err=True)
        elif confirm:
            click.echo("已确认：重新向枢纽和村站签发时间。")

    return clock


def jump_words(jump: Mapping[str, Any]) -> str:
    """What the date did, and what it holds up."""
    before = "上次运行时是" if jump["at_start"] else "应为"
    return (
        f"注意：本机日期曾经跳变，{before} {shown(jump['expected_ms'])}，"
        f"当时显示 {shown(jump['found_ms'])}，还没有管理员确认。"
        "在确认之前不签发时间，不判到期，不清理旧资料；申请照常收办。"
    )


def shown(at_ms: int) -> str:
    """A time as people read it, whatever it is."""
    return local_time(at_ms).strftime("%Y-%m-%d %H:%M")
