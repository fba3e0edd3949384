"""``yizhan-county backup`` and ``restore`` (docs/operations.md, "Backup and restore")."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from central.county.backup.calls import BACKUP, BackUp
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.limits import MIB
from protocol.trust.address import checked_url
from runtime.cli.command import (
    FILE,
    FOLDER,
    PATH,
    account,
    data_argument,
    json_option,
    print_json,
    progress,
    read_file,
)
from runtime.control.calls import Ask
from runtime.system import SystemClock, SystemRandomness

if TYPE_CHECKING:
    from central.county.recovery.restoring import Restored
    from provisioning.escrow.recovery import RecoveryKey


def backup_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns a county's data folder."""
    return [_backup_command(ask), restore]


def _backup_command(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("to", type=FOLDER)
    @json_option
    def backup(data: Path, to: Path, *, as_json: bool) -> None:
        """Copy the county in DATA into the folder TO while it works; then stations hear SAFE.

        What it writes is sealed for the recovery key. Keep TO on another disk.
        """
        report, done = progress("备份")
        try:
            made = ask(data, BACKUP, BackUp(to=to.absolute()), report)
        finally:
            done()
        if made.same_disk:
            click.echo("注意：备份与数据在同一磁盘上，磁盘损坏时会一起丢失。", err=True)
        if made.lost_blobs:
            click.echo(f"注意：{made.lost_blobs} 个附件缺失或损坏，未能备份。", err=True)
        for alarm in made.alarms:
            click.echo(f"注意：{alarm['words']} [{alarm['code']}]", err=True)
        if as_json:
            print_json(to_json(made))
            return
        click.echo(f"已备份到 {made.file}")
        click.echo(f"附件 {made.blobs} 个（新增 {made.new_blobs} 个），新入备份 {made.safe} 件")

    return backup


@click.command()
@click.argument("file", type=FILE)
@click.argument("data", type=FOLDER)
@click.option("--recovery", type=FILE, help="The recovery key; without it those beside DATA.")
@click.option("--share", "papers", type=FILE, multiple=True, help="One share of it; repeat.")
@click.option(
    "--accept-unsigned",
    is_flag=True,
    help="DANGER: also if this county did not sign FILE. Whoever made it chose its accounts, keys "
    "and cases.",
)
@click.option("--blobs", type=PATH, help="Without it: blobs beside FILE.")
@click.option("--database", default="", help="URL of an empty database; else SQLite in DATA.")
@click.option(
    "--ahead",
    type=click.IntRange(1, 1_000_000_000),
    help="How far the numbers of roster and catalogue move on.",
)
@click.option("--incomplete", is_flag=True, help="Also if blobs are missing or damaged.")
@click.option("--url", default="", help="Where the county is called from now on; else as before.")
@json_option
def restore(
    file: Path,
    data: Path,
    *,
    recovery: Path | None,
    papers: Sequence[Path],
    accept_unsigned: bool,
    blobs: Path | None,
    database: str,
    ahead: int | None,
    incomplete: bool,
    url: str,
    as_json: bool,
) -> None:
    """Make DATA, a new or empty folder, the county that the backup FILE is of."""
    from central.county.backup.sealed import Opener
    from central.county.recovery.restoring import Order, restore_county

    order = Order(
        file=file.absolute(),
        blobs=blobs or file.absolute().parent / "blobs",
        data=data.absolute(),
        opener=Opener(keys=_keys(data, recovery, papers), unsigned=accept_unsigned),
        database=database,
        ahead=ahead,
        incomplete=incomplete,
        url=checked_url(url) if url else "",
        by=account(),
    )
    report, done = progress("恢复")
    try:
        restored = asyncio.run(restore_county(order, report, SystemRandomness(), SystemClock()))
    finally:
        done()
    if accept_unsigned:
        click.echo("注意：未核对备份的签名。请先核对账号、名册和办件，再让它运行。", err=True)
    if as_json:
        print_json(to_json(restored))
    else:
        _show_restored(restored, data)


def _show_restored(restored: "Restored", data: Path) -> None:
    click.echo(f"已恢复 {restored.node}，名册版本 {restored.roster}")
    click.echo(f"目录版本 {restored.release}，附件 {restored.blobs} 个")
    if restored.lost_blobs:
        click.echo(f"注意：缺少附件 {restored.lost_blobs} 个，等待村站重新发送。", err=True)
    click.echo(
        f"下一步：确认原来的县中心已经停止，再运行 yizhan-county serve {data}。"
        "枢纽和村站会自动补送备份以后的资料；运行后请再备份一次。",
        err=True,
    )


def _keys(data: Path, recovery: Path | None, papers: Sequence[Path]) -> "Sequence[RecoveryKey]":
    """The recovery key that was named, else all that lie beside DATA."""
    from provisioning.escrow.recovery import ENDING, read_recovery
    from provisioning.escrow.recovery_shares import read_shares

    if recovery and papers:
        raise UsageError("--recovery 与 --share 只用一种")
    if papers:
        return [read_shares(papers)]
    files = [recovery] if recovery else sorted(data.absolute().parent.glob(f"*{ENDING}"))
    return [read_recovery(read_file(file, MIB)) for file in files]
