"""``yizhan-provision recovery …``: the key that opens backups.

Source: docs/operations.md, "The recovery key".
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from provisioning.escrow.operations import EXPORT_RECOVERY, NEW_RECOVERY
from runtime.command import FILE, FOLDER, data_argument, json_option, print_json

Run = Callable[[Path, str, Mapping[str, Any]], Any]


def recovery_group(run: Run) -> click.Group:
    """The commands; ``run`` runs one operation on the authority of a data folder."""

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
        args = {"to": str(to.absolute()), "threshold": threshold, "shares": shares}
        args["file"] = str(file.absolute()) if file else None
        papers = run(data, EXPORT_RECOVERY, args)
        if as_json:
            print_json({"shares": papers})
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
        made = run(data, NEW_RECOVERY, {"file": str(file.absolute()) if file else None})
        if as_json:
            print_json(made)
            return
        click.echo(f"新的恢复密钥在 {made['file']}，请立即移到保险柜里的介质上。")
        click.echo("旧的恢复密钥仍要保留：以前的备份只有它能打开。", err=True)

    return recovery
