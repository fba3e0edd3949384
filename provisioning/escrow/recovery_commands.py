"""``yizhan-provision recovery …``: the key that opens backups.

Source: docs/operations.md, "The recovery key".
"""

from pathlib import Path

import click

from protocol.json_values import to_json
from provisioning.escrow.calls import (
    EXPORT_RECOVERY,
    NEW_RECOVERY,
    ExportRecovery,
    NewRecovery,
)
from runtime.cli.command import FILE, FOLDER, data_argument, json_option, print_json
from runtime.control.calls import Ask


def recovery_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns the authority of a data folder."""

    @click.group()
    def recovery() -> None:
        """The recovery key, which opens the county's backups."""

    @recovery.command("export")
    @data_argument
    @click.option("--to", type=FOLDER, required=True, help="A folder for the shares.")
    @click.option("--threshold", default=3, show_default=True, help="Shares that open.")
    @click.option("--shares", default=5, show_default=True, help="Shares that are made.")
    @click.option("--file", type=FILE, help="The recovery key, if it was moved already.")
    @json_option
    def export(
        data: Path, *, to: Path, threshold: int, shares: int, file: Path | None, as_json: bool
    ) -> None:
        """Turn the recovery key into shares; its file is taken away."""
        moved = file.absolute() if file else None
        wanted = ExportRecovery(to=to.absolute(), threshold=threshold, shares=shares, file=moved)
        papers = ask(data, EXPORT_RECOVERY, wanted)
        if as_json:
            print_json({"shares": to_json(papers)})
            return
        for paper in papers:
            click.echo(f"分片 {paper}")
        click.echo(
            f"任意 {threshold} 份分片可打开备份。请立即打印、分人保管，并从此处删除分片。", err=True
        )

    @recovery.command("new")
    @data_argument
    @click.option("--file", type=FILE, help="A new file; without it DATA.recovery.")
    @json_option
    def new(data: Path, *, file: Path | None, as_json: bool) -> None:
        """Make another recovery key for the backups to come; keep the old one for the old ones."""
        made = ask(data, NEW_RECOVERY, NewRecovery(file=file.absolute() if file else None))
        if as_json:
            print_json(to_json(made))
            return
        click.echo(f"新的恢复密钥在 {made.file}，请立即移到保险柜里的介质上。")
        click.echo("旧的恢复密钥仍要保留：以前的备份只有它能打开。", err=True)

    return recovery
