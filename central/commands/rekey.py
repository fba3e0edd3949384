"""``yizhan-county rekey`` (docs/operations.md, "New keys of the county")."""

from pathlib import Path

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
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option, print_json
from runtime.control.calls import Ask

KEYS = [key.value for key in Key]


_which = click.option(
    "--key",
    type=click.Choice(KEYS),
    default=Key.OPENING.value,
    help="What applications are sealed for, the county signs with, or issues certificates by.",
)


def rekey_group(ask: Ask) -> click.Group:
    """The four commands; ``ask`` asks whoever owns a county's data folder."""
    group = click.Group(
        "rekey", help="New keys of the county: to open, to sign, or to issue certificates with."
    )
    for command in (_announce(ask), _use(ask), _drop(ask), _status(ask)):
        group.add_command(command)
    return group


def _announce(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_which
    @json_option
    def announce(data: Path, *, key: str, as_json: bool) -> None:
        """Make the next key and tell every node; then make a backup."""
        _show(ask(data, ANNOUNCE, OfKey(key=Key(key))), Key(key), as_json=as_json)
        if not as_json:
            click.echo("请现在备份（yizhan-county backup），再等各站收到，然后启用。", err=True)

    return announce


def _use(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_which
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
        _show(ask(data, USE, wanted), wanted.key, as_json=as_json)

    return use


def _drop(ask: Ask) -> click.Command:
    @click.command()
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
        wanted = DropKey(key=Key(key), anyway=anyway)
        _show(ask(data, DROP, wanted), wanted.key, as_json=as_json)

    return drop


def _status(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_which
    @json_option
    def status(data: Path, *, key: str, as_json: bool) -> None:
        """Which key is in use, which is announced, and who has not heard of it."""
        _show(ask(data, KEY_STATUS, OfKey(key=Key(key))), Key(key), as_json=as_json)

    return status


def _show(state: KeyState, key: Key, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(state))
        return
    old = "都能打开" if key is Key.OPENING else "仍然有效"
    click.echo(f"正在使用 {state.in_use}，另有旧钥 {state.old} 把，{old}")
    if state.announced is not None and state.announced_ms is not None:
        day = local_time(state.announced_ms).strftime("%Y-%m-%d")
        heard = f"还有 {state.not_heard} 个节点没有收到"
        click.echo(f"已公布 {state.announced}（自 {day}），{heard}")
    if isinstance(state.not_over, int):
        click.echo(f"还有 {state.not_over} 个节点没有报告换好新证书")
