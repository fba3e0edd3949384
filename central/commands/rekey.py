"""``yizhan-county rekey`` (docs/operations.md, "New keys of the county")."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

from central.county.keys.choice import OPENING, SIGNING
from protocol.trust.schedule import local_time
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
        old = "仍然有效" if args["key"] == SIGNING else "都能打开"
        click.echo(f"正在使用 {state['in_use']}，另有旧钥 {state['old']} 把，{old}")
        if state["announced"]:
            day = local_time(state["announced_ms"]).strftime("%Y-%m-%d")
            heard = f"还有 {state['not_heard']} 个节点没有收到"
            click.echo(f"已公布 {state['announced']}（自 {day}），{heard}")

    which = click.option(
        "--key",
        type=click.Choice([OPENING, SIGNING]),
        default=OPENING,
        help="The key that applications are sealed for, or the one that the county signs with.",
    )
    group = click.Group("rekey", help="New keys of the county: to open with, or to sign with.")

    @group.command()
    @data_argument
    @which
    @json_option
    def announce(data: Path, *, key: str, as_json: bool) -> None:
        """Make the next key and tell every node; then make a backup."""
        call(data, "announce", {"key": key}, as_json=as_json)
        if not as_json:
            click.echo("请现在备份（yizhan-county backup），再等各站收到，然后启用。", err=True)

    @group.command()
    @data_argument
    @which
    @click.option("--force", is_flag=True, help="Although it stands in no backup and no safe.")
    @click.option(
        "--stolen",
        is_flag=True,
        help="Of the signing key: what the old one signed counts no more, from now on.",
    )
    @json_option
    def use(data: Path, *, key: str, force: bool, stolen: bool, as_json: bool) -> None:
        """Put the announced key in the place of the present one."""
        call(data, "use", {"key": key, "force": force, "stolen": stolen}, as_json=as_json)

    @group.command()
    @data_argument
    @which
    @json_option
    def status(data: Path, *, key: str, as_json: bool) -> None:
        """Which key is in use, which is announced, and who has not heard of it."""
        call(data, "status", {"key": key}, as_json=as_json)

    return group
