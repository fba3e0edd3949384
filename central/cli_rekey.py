"""``yizhan-county rekey``: new opening keys of the county (docs/operations.md, same heading)."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

from protocol.window import local_time
from runtime.command import data_argument, json_option, print_json, silent
from runtime.control.owner import Report

Run = Callable[[Path, str, Mapping[str, Any], Report], Coroutine[Any, Any, Any]]


def rekey_group(run: Run) -> click.Group:
    """The three commands; ``run`` runs one operation on a county's data folder."""

    def call(data: Path, verb: str, args: Mapping[str, Any], *, as_json: bool) -> None:
        state = asyncio.run(run(data, f"county.rekey-{verb}", args, silent))
        if as_json:
            print_json(state)
            return
        click.echo(f"正在使用 {state['in_use']}，另有旧钥 {state['old']} 把，都能打开")
        if state["announced"]:
            day = local_time(state["announced_ms"]).strftime("%Y-%m-%d")
            heard = f"还有 {state['not_heard']} 个节点没有收到"
            click.echo(f"已公布 {state['announced']}（自 {day}），{heard}")

    group = click.Group("rekey", help="New keys that applications are sealed for.")

    @group.command()
    @data_argument
    @json_option
    def announce(data: Path, *, as_json: bool) -> None:
        """Make the next key and tell every node; then make a backup."""
        call(data, "announce", {}, as_json=as_json)
        if not as_json:
            click.echo("请现在备份（yizhan-county backup），再等各站收到，然后启用。", err=True)

    @group.command()
    @data_argument
    @click.option("--force", is_flag=True, help="Although it stands in no backup and no safe.")
    @json_option
    def use(data: Path, *, force: bool, as_json: bool) -> None:
        """Let everybody seal for the announced key from now on."""
        call(data, "use", {"force": force}, as_json=as_json)

    @group.command()
    @data_argument
    @json_option
    def status(data: Path, *, as_json: bool) -> None:
        """Which key is in use, which is announced, and who has not heard of it."""
        call(data, "status", {}, as_json=as_json)

    return group
