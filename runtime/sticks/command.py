"""``stick export`` and ``stick import``, alike in three programs.

Source: docs/operations.md, "Commands".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from protocol.errors import EXIT_OK, EXIT_REFUSED, StickNothingError, from_code
from protocol.ids import NodeId, node_id
from runtime.cli.command import FOLDER, data_argument, json_option, print_json, progress
from runtime.control.owner import Operation, Report

if TYPE_CHECKING:
    from runtime.sticks.carried import Carried  # a command that carries nothing starts faster

log = logging.getLogger(__name__)

_SHOWN = 20  # refused files named on a terminal; --json has more

Perform = Callable[[Path, str, Mapping[str, Any], Report], Awaitable[Any]]


class Stick(Protocol):
    """What a node's store offers for carrying by hand."""

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> "Carried":
        """Pack what waits, for everybody or for one node and those below it."""
        ...

    async def take_in(self, folder: Path, report: Report) -> "Carried":
        """Store what others packed."""
        ...


def stick_operations(role: str, stick: Stick) -> dict[str, Operation]:
    """``ROLE.stick-export`` and ``ROLE.stick-import``."""

    async def export(args: Mapping[str, Any], report: Report) -> dict[str, object]:
        to = node_id(args["for"]) if args["for"] else None
        return _told("exported", await stick.export(Path(args["folder"]), to, report))

    async def take_in(args: Mapping[str, Any], report: Report) -> dict[str, object]:
        carried = await stick.take_in(Path(args["folder"]), report)
        if carried.found_nothing:
            raise StickNothingError(f"其他节点的文件 {carried.others} 个")
        return _told("imported", carried)

    return {f"{role}.stick-export": export, f"{role}.stick-import": take_in}


def stick_group(role: str, perform: Perform, *, can_choose: bool) -> click.Group:
    """The two commands; ``perform`` runs an operation on a data folder.

    Args:
        can_choose: whether an export may be for one node only.
    """

    @click.group()
    def stick() -> None:
        """Carry by hand: export to a stick or drop folder, import from one."""

    def export(data: Path, folder: Path, *, to: str = "", as_json: bool) -> int:
        """Write what waits to FOLDER; what is there already is not written again."""
        args = {"folder": str(folder.absolute()), "for": to}
        return _show(
            "导出", _run(perform, data, f"{role}.stick-export", args, "导出"), as_json=as_json
        )

    def take_in(data: Path, folder: Path, *, as_json: bool) -> int:
        """Take in what lies in FOLDER; it may be repeated, partial, mixed and late."""
        args = {"folder": str(folder.absolute())}
        return _show(
            "导入", _run(perform, data, f"{role}.stick-import", args, "导入"), as_json=as_json
        )

    if can_choose:
        export = click.option("--for", "to", default="", help="Only for this node and below.")(
            export
        )
    for name, command in (("export", export), ("import", take_in)):
        stick.command(name)(data_argument(_folder_argument(json_option(command))))
    return stick


_folder_argument = click.argument("folder", type=FOLDER)


def _run(perform: Perform, data: Path, name: str, args: Mapping[str, Any], title: str) -> Any:  # noqa: ANN401 - plain JSON values
    report, finish = progress(title)
    try:
        return asyncio.run(_awaited(perform(data, name, args, report)))
    finally:
        finish()


async def _awaited(work: Awaitable[Any]) -> Any:  # noqa: ANN401 - the same
    return await work


def _show(title: str, carried: Mapping[str, Any], *, as_json: bool) -> int:
    """Tell what was carried; it is no success while a file was refused, whatever else was taken."""
    code = EXIT_REFUSED if carried["refused"] or carried["refused_more"] else EXIT_OK
    if as_json:
        print_json(carried)
        return code
    click.echo(
        f"已{title}：信封 {carried['envelopes']} 件，附件 {carried['blobs']} 个，"
        f"名册和目录 {carried['editions']} 份，共 {carried['bytes']} 字节；"
        f"另有 {carried['skipped']} 个文件不必{title}。"
    )
    if carried["joins"]:
        click.echo(f"  另有开站申请或答复 {carried['joins']} 份。")
    for refused in carried["refused"][:_SHOWN]:
        why = refused["code"]
        click.echo(f"  未{title}：{refused['file']} {from_code(why, '').zh} [{why}]")
    more = len(carried["refused"][_SHOWN:]) + carried["refused_more"]
    if more:
        click.echo(f"  未{title}的还有 {more} 个。")
    return code


def _told(done: str, carried: "Carried") -> dict[str, object]:
    log_carried(done, carried)
    return carried.json()


def log_carried(done: str, carried: "Carried") -> None:
    """Say in the log that a stick was ``exported`` or ``imported``, and how much."""
    log.info(
        "stick carried",
        extra={
            "event": f"stick.{done}",
            "envelopes": carried.envelopes,
            "blobs": carried.blobs,
            "bytes": carried.size,
            "refused": len(carried.refused) + carried.refused_more,
        },
    )
