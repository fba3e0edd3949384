"""``yizhan-county rekey`` (docs/operations.md, "New keys of the county")."""

from pathlib import Path
from typing import TypeVar

import click

from central.county.keys.calls import (
    ANNOUNCE,
    DROP,
    KEY_STATUS,
    USE,
    DropKey,
    Key,
    KeyState,
    OfKey,
    UseKey,
)
from protocol.codec import to_json
from protocol.trust.schedule import local_time
from runtime.command import data_argument, json_option, print_json
from runtime.control.calls import Ask, Call

A = TypeVar("A", OfKey, UseKey, DropKey)
KEYS = [key.value for key in Key]


def rekey_group(ask: Ask) -> click.Group:
    """The four commands; ``ask`` asks whoever owns a county's data folder."""

    def call(data: Path, what: Call[A, KeyState], wanted: A, *, as_json: bool) -> None:
        state = ask(data, what, wanted)
        if as_json:
            print_json(to_json(state))
            return
        old = "都能打开" if wanted.key is Key.OPENING else "仍然有效"
        click.echo(f"正在使用 {state.in_use}，另有旧钥 {state.old} 把，{old}")
        if state.announced is not None and state.announced_ms is not None:
            day = local_time(state.announced_ms).strftime("%Y-%m-%d")
            heard = f"还有 {state.not_heard} 个节点没有收到"
            click.echo(f"已公布 {state.announced}（自 {day}），{heard}")
        if isinstance(state.not_over, int):
            click.echo(f"还有 {state.not_over} 个节点没有报告换好新证书")

    which = click.option(
        "--key",
        type=click.Choice(KEYS),
        default=Key.OPENING.value,
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
        call(data, ANNOUNCE, OfKey(key=Key(key)), as_json=as_json)
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
        wanted = UseKey(key=Key(key), force=force, stolen=stolen)
        call(data, USE, wanted, as_json=as_json)

    @group.command()
    @data_argument
    @click.option(
        "--key",
        type=click.Choice(KEYS),
        default=Key.TLS.value,
        help="The other two are kept, or end by themselves.",
    )
    @click.option(
        "--anyway", is_flag=True, help="Although nodes have a certificate of the old one."
    )
    @json_option
    def drop(data: Path, *, key: str, anyway: bool, as_json: bool) -> None:
        """Let certificates of the old key count no more."""
        call(data, DROP, DropKey(key=Key(key), anyway=anyway), as_json=as_json)

    @group.command()
    @data_argument
    @which
    @json_option
    def status(data: Path, *, key: str, as_json: bool) -> None:
        """Which key is in use, which is announced, and who has not heard of it."""
        call(data, KEY_STATUS, OfKey(key=Key(key)), as_json=as_json)

    return group
