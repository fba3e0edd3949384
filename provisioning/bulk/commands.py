"""``yizhan-provision import|reissue``: many nodes at once.

Source: docs/operations.md, "A whole county at once".
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from protocol.errors import RosterFileError, UsageError
from protocol.trust.roster import Role
from provisioning.bulk.causes import lines_in_words
from provisioning.bulk.operations import CHECK, IMPORT, REISSUE
from runtime.command import data_argument, json_option, print_json, progress

Run = Callable[..., Any]

_table = click.argument("table", type=click.Path(path_type=Path, dir_okay=False))
_kits = click.Path(path_type=Path, file_okay=False)


def bulk_commands(run: Run) -> list[click.Command]:
    """The commands; ``run`` runs one operation on the authority of a data folder."""

    @click.command("import")
    @data_argument
    @_table
    @click.option("--kits", type=_kits, help="Folder to be made, for kits and cards.")
    @click.option("--check", is_flag=True, help="Only say what would be added, and what is wrong.")
    @click.option("--anyway", is_flag=True, help="Villages below the hub of another township, too.")
    @json_option
    def import_(
        data: Path, table: Path, *, kits: Path | None, check: bool, anyway: bool, as_json: bool
    ) -> None:
        """Add every node of the TABLE (CSV), all or none; write a kit and a card for each."""
        if check:
            args = {"file": str(table.absolute()), "anyway": anyway}
            _checked(run(data, CHECK, args), table, as_json=as_json)
            return
        if kits is None:
            raise UsageError("要写 --kits 文件夹；只检查不登记则写 --check")
        paths = {"table": str(table.absolute()), "kits": str(kits.absolute()), "anyway": anyway}
        answer = _watched("登记节点", run, data, IMPORT, paths)
        if as_json:
            print_json(answer)
        _refuse_faults(answer, table)
        if not as_json:
            click.echo(f"已登记{_counted(answer['nodes'])}，开站包在 {kits}。")
            click.echo("开站卡在其中 cards 文件夹，打印后与开站包分开送达，然后删除。", err=True)

    @click.command()
    @data_argument
    @click.argument("nodes", nargs=-1)
    @click.option("--kits", type=_kits, required=True, help="Folder to be made.")
    @json_option
    def reissue(data: Path, nodes: tuple[str, ...], *, kits: Path, as_json: bool) -> None:
        """New codes, kits and cards for NODES, or for every node that has not joined."""
        args = {"kits": str(kits.absolute()), "nodes": list(nodes)}
        answer = _watched("重新发放", run, data, REISSUE, args)
        if as_json:
            print_json(answer)
            return
        click.echo(f"已重新发放{_counted(answer['nodes'])}，开站包在 {kits}。")
        click.echo("原来的开站码已全部失效。开站卡在其中 cards 文件夹，打印后删除。", err=True)

    return [import_, reissue]


def _watched(title: str, run: Run, data: Path, operation: str, args: dict[str, Any]) -> Any:  # noqa: ANN401
    report, done = progress(title)
    try:
        return run(data, operation, args, report)
    finally:
        done()


def _checked(answer: dict[str, Any], table: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    _refuse_faults(answer, table)
    if not as_json:
        click.echo(f"可以登记{_counted(answer['lines'])}，没有发现错误。")


def _refuse_faults(answer: dict[str, Any], table: Path) -> None:
    """Say what is wrong by cause, on stderr.

    Raises:
        RosterFileError: something is.
    """
    if answer["unknown"]:
        click.echo(f"没有读取的列：{'、'.join(answer['unknown'])}", err=True)
    for cause in answer["causes"]:
        below = f"；另有 {len(cause['below'])} 行在其下级，也不能加入" if cause["below"] else ""
        where = lines_in_words(cause["lines"])
        click.echo(f"{where}：{cause['reason']}{below} [{cause['code']}]", err=True)
    if answer["causes"]:
        raise RosterFileError(f"{table}：{len(answer['causes'])} 种，{len(answer['faults'])} 行")


def _counted(nodes: list[dict[str, Any]]) -> str:
    hubs = sum(node["role"] == Role.HUB.value for node in nodes)
    return f" {hubs} 个乡镇枢纽、{len(nodes) - hubs} 个村站"
