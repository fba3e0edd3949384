"""``yizhan-provision import|reissue``: many nodes at once.

Source: docs/operations.md, "A whole county at once".
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import click

from protocol.errors import RosterFileError, UsageError
from protocol.json_values import to_json
from protocol.trust.roster import Role
from provisioning.bulk.calls import (
    CHECK,
    IMPORT,
    REISSUE,
    Added,
    AddedNode,
    Checked,
    CheckTable,
    ImportTable,
    Reissue,
    TableLine,
)
from provisioning.bulk.causes import lines_in_words
from runtime.cli.command import FILE, FOLDER, data_argument, json_option, print_json, progress
from runtime.control.calls import Ask, Call

A = TypeVar("A")
R = TypeVar("R")

_table = click.argument("table", type=FILE)


def bulk_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns the authority of a data folder."""

    @click.command("import")
    @data_argument
    @_table
    @click.option("--kits", type=FOLDER, help="Folder to be made, for kits and cards.")
    @click.option("--check", is_flag=True, help="Only say what would be added, and what is wrong.")
    @click.option("--anyway", is_flag=True, help="Villages below the hub of another township, too.")
    @json_option
    def import_(
        data: Path, table: Path, *, kits: Path | None, check: bool, anyway: bool, as_json: bool
    ) -> None:
        """Add every node of the TABLE (CSV), all or none; write a kit and a card for each."""
        if check:
            wanted = CheckTable(file=table.absolute(), anyway=anyway)
            _checked(ask(data, CHECK, wanted), table, as_json=as_json)
            return
        if kits is None:
            raise UsageError("要写 --kits 文件夹；只检查不登记则写 --check")
        paths = ImportTable(table=table.absolute(), kits=kits.absolute(), anyway=anyway)
        added = _watched("登记节点", ask, data, IMPORT, paths)
        if as_json:
            print_json(to_json(added))
        _refuse_faults(added, table)
        if not as_json:
            click.echo(f"已登记{_counted(added.nodes)}，开站包在 {kits}。")
            click.echo("开站卡在其中 cards 文件夹，打印后与开站包分开送达，然后删除。", err=True)

    @click.command()
    @data_argument
    @click.argument("nodes", nargs=-1)
    @click.option("--kits", type=FOLDER, required=True, help="Folder to be made.")
    @json_option
    def reissue(data: Path, nodes: tuple[str, ...], *, kits: Path, as_json: bool) -> None:
        """New codes, kits and cards for NODES, or for every node that has not joined."""
        wanted = Reissue(kits=kits.absolute(), nodes=nodes)
        added = _watched("重新发放", ask, data, REISSUE, wanted)
        if as_json:
            print_json(to_json(added))
            return
        click.echo(f"已重新发放{_counted(added.nodes)}，开站包在 {kits}。")
        click.echo("原来的开站码已全部失效。开站卡在其中 cards 文件夹，打印后删除。", err=True)

    return [import_, reissue]


def _watched(title: str, ask: Ask, data: Path, call: Call[A, R], wanted: A) -> R:
    report, done = progress(title)
    try:
        return ask(data, call, wanted, report)
    finally:
        done()


def _checked(found: Checked, table: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(found))
    _refuse_faults(found, table)
    if not as_json:
        click.echo(f"可以登记{_counted(found.lines)}，没有发现错误。")


def _refuse_faults(found: Checked | Added, table: Path) -> None:
    """Say what is wrong by cause, on stderr.

    Raises:
        RosterFileError: something is.
    """
    if found.unknown:
        click.echo(f"没有读取的列：{'、'.join(found.unknown)}", err=True)
    for cause in found.causes:
        below = f"；另有 {len(cause.below)} 行在其下级，也不能加入" if cause.below else ""
        where = lines_in_words(cause.lines)
        click.echo(f"{where}：{cause.reason}{below} [{cause.code}]", err=True)
    if found.causes:
        raise RosterFileError(f"{table}：{len(found.causes)} 种，{len(found.faults)} 行")


def _counted(nodes: Sequence[AddedNode] | Sequence[TableLine]) -> str:
    hubs = sum(node.role is Role.HUB for node in nodes)
    return f" {hubs} 个乡镇枢纽、{len(nodes) - hubs} 个村站"
