"""``yizhan-provision waiting|approve|reject|invite-again``.

Source: docs/operations.md, "Enrol a node".
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from provisioning.enrolment.operations import AGAIN, JUDGE, WAITING
from provisioning.kitfile import kit_written
from provisioning.store import Verdict
from runtime.command import FILE, data_argument, json_option, print_json

Run = Callable[[Path, str, Mapping[str, Any]], Any]


def enrolment_commands(run: Run) -> list[click.Command]:
    """The commands; ``run`` runs one operation on the authority of a data folder."""

    @click.command()
    @data_argument
    @json_option
    def waiting(data: Path, *, as_json: bool) -> None:
        """List nodes whose code was right and that wait to be approved."""
        found = run(data, WAITING, {})
        if as_json:
            print_json(found)
            return
        for who in found:
            new = "（换机）" if who["replaces"] else ""
            address = f"  地址 {who['url']}" if who["url"] else ""
            click.echo(
                f"{who['node']}  {who['code']}  {who['name']}{new}"
                f"  本机指纹 {who['fingerprint']}{address}"
            )
        click.echo("请打电话逐词核对本机指纹，一致再核准。", err=True)

    @click.command()
    @data_argument
    @click.argument("node")
    def approve(data: Path, node: str) -> None:
        """Let NODE in, after its fingerprint was compared by telephone."""
        who = run(data, JUDGE, {"node": node, "verdict": Verdict.APPROVED.value})
        click.echo(f"已核准 {who['name']}，对方再运行一次 join 即可开站。")

    @click.command()
    @data_argument
    @click.argument("node")
    def reject(data: Path, node: str) -> None:
        """Refuse NODE; it may be invited again."""
        who = run(data, JUDGE, {"node": node, "verdict": Verdict.REJECTED.value})
        click.echo(f"已拒绝 {who['name']}。")

    @click.command("invite-again")
    @data_argument
    @click.argument("node")
    @click.option("--kit", type=FILE, required=True)
    @click.option("--force", is_flag=True, help="Replace the kit file if there is one.")
    def invite_again(data: Path, node: str, *, kit: Path, force: bool) -> None:
        """Write a new kit for NODE, which has not joined, and print its new code."""
        answer = kit_written(kit, lambda: run(data, AGAIN, {"node": node}), force=force)
        print_json({"node": answer["node"], "code": answer["code"]})

    return [waiting, approve, reject, invite_again]
