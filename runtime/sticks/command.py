"""``stick export`` and ``stick import``, alike in three programs.

Source: docs/operations.md, "Commands".
"""

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from protocol.errors import EXIT_OK, EXIT_REFUSED, from_code
from protocol.json_values import to_json
from runtime.cli.command import FOLDER, data_argument, json_option, print_json, progress
from runtime.control.calls import Ask, Call

if TYPE_CHECKING:
    from runtime.sticks.calls import Moved

A = TypeVar("A")

_SHOWN = 20  # refused files named on a terminal; --json has more
_folder_argument = click.argument("folder", type=FOLDER)


def stick_group(role: str, ask: Ask, *, can_choose: bool) -> click.Group:
    """The two commands; ``ask`` asks whoever owns a data folder.

    Args:
        can_choose: whether an export may be for one node only.
    """

    @click.group()
    def stick() -> None:
        """Carry by hand: export to a stick or drop folder, import from one."""

    def export(data: Path, folder: Path, *, to: str = "", as_json: bool) -> int:
        """Write what waits to FOLDER; what is there already is not written again."""
        from runtime.sticks.calls import ExportStick, StickCalls

        wanted = ExportStick(folder=folder.absolute(), for_=to)
        return _carry(ask, data, StickCalls.of(role).export, wanted, "导出", as_json=as_json)

    def take_in(data: Path, folder: Path, *, as_json: bool) -> int:
        """Take in what lies in FOLDER; it may be repeated, partial, mixed and late."""
        from runtime.sticks.calls import ImportStick, StickCalls

        wanted = ImportStick(folder=folder.absolute())
        return _carry(ask, data, StickCalls.of(role).take_in, wanted, "导入", as_json=as_json)

    if can_choose:
        export = click.option("--for", "to", default="", help="Only for this node and below.")(
            export
        )
    for name, command in (("export", export), ("import", take_in)):
        stick.command(name)(data_argument(_folder_argument(json_option(command))))
    return stick


def _carry(
    ask: Ask, data: Path, call: "Call[A, Moved]", args: A, title: str, *, as_json: bool
) -> int:
    """Do it, and tell; it is no success while a file was refused, whatever else was taken."""
    report, finish = progress(title)
    try:
        carried = ask(data, call, args, report)
    finally:
        finish()
    if as_json:
        print_json(to_json(carried))
    else:
        _show(title, carried)
    return EXIT_REFUSED if carried.refused or carried.refused_more else EXIT_OK


def _show(title: str, carried: "Moved") -> None:
    click.echo(
        f"已{title}：信封 {carried.envelopes} 件，附件 {carried.blobs} 个，"
        f"名册和目录 {carried.editions} 份，共 {carried.bytes} 字节；"
        f"另有 {carried.skipped} 个文件不必{title}。"
    )
    if carried.joins:
        click.echo(f"  另有开站申请或答复 {carried.joins} 份。")
    for one in carried.refused[:_SHOWN]:
        click.echo(f"  未{title}：{one.file} {from_code(one.code, '').words()} [{one.code}]")
    more = len(carried.refused[_SHOWN:]) + carried.refused_more
    if more:
        click.echo(f"  未{title}的还有 {more} 个。")
