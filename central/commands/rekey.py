"""``yizhan-county rekey`` (docs/operations.md, "New keys of the county")."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

from central.county.keys.choice import KEYS, OPENING, TLS
from protocol.trust.schedule import local_time
from runtime.command import data_argument, json_option, print_json, silent
from runtime.control.owner import Report

Run = Callable[[Path, str, Mapping[str, Any], Report], Coroutine[Any, Any, Any]]


def rekey_group(run: Run) -> click.Group:
    """The four commands; ``run`` runs one operation on a county's data folder."""

    def call(data: Path, verb: str, args: Mapping[str, Any], *, as_json: bool) -> None:
        state = asyncio.run(run(data, f"county.rekey-{verb}", args, silent))
        if as_json:
            print_json(state)
            return
        old = "都能打开" if args["key"] == OPENING else "仍然有效"
        click.echo(f"正在使用 {state['in_use']}，另有旧钥 {state['old']} 把，{old}")
        if state["announced"]:
            day = local_time(state["announced_ms"]).strftime("%Y-%m-%d")
            heard = f"还有 {state['not_heard']} 个节点没有收到"
            click.echo(f"已公布 {state['announced']}（自 {day}），{heard}")
        if state.get("not_over") is not None:
            click.echo(f"还有 {state['not_over']} 个节点没有报告换好新证书")

    which = click.option(
        "--key",
        type=click.Choice(KEYS),
        default=OPENING,
        help="What applications are sealed for, the county signs with, or issues certificates by.",
    )
    group = click.Group(
        "rekey", help="New keys of the county: to open, to sign, or to issue certificates with."
    )

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
        help="Not of opening keys: what the old one signed counts no more, from now on.",
    )
    @json_option
    def use(data: Path, *, key: str, force: bool, stolen: bool, as_json: bool) -> None:
        """Put the announced key in the place of the present one."""
        call(data, "use", {"key": key, "force": force, "stolen": stolen}, as_json=as_json)

    @group.command()
    @data_argument
    @click.option(
        "--key",
        type=click.Choice(KEYS),
        default=TLS,
        help="The other two are kept, or end by themselves.",
    )
    @click.option(
        "--anyway", is_flag=True, help="Although nodes have a certificate of the old one."
    )
    @json_option
    def drop(data: Path, *, key: str, anyway: bool, as_json: bool) -> None:
        """Let certificates of the old key count no more."""
        call(data, "drop", {"key": key, "anyway": anyway}, as_json=as_json)

    @group.command()
    @data_argument
    @which
    @json_option
    def status(data: Path, *, key: str, as_json: bool) -> None:
        """Which key is in use, which is announced, and who has not heard of it."""
        call(data, "status", {"key": key}, as_json=as_json)

    return group
