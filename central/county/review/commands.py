"""``yizhan-county review|accept|reject``.

Source: docs/operations.md, "The review queue".
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from central.county.review.calls import ACCEPT, REJECT, REVIEW
from protocol.trust.schedule import local_time
from runtime.command import data_argument, json_option, print_json

Run = Callable[[Path, str, Mapping[str, Any]], Any]

_WHY = {"draining": "收回中", "replaced": "旧电脑"}


def review_commands(run: Run) -> list[click.Command]:
    """The commands; ``run`` runs one operation on the county of a data folder."""

    @click.command()
    @data_argument
    @json_option
    def review(data: Path, *, as_json: bool) -> None:
        """List what withdrawn or lost PCs had sealed, and a person must look at."""
        found: list[dict[str, Any]] = []
        while page := run(data, REVIEW, {"after": _after(found)}):
            found += page
        if as_json:
            print_json(found)
            return
        for one in found:
            click.echo(_line(one))
        click.echo(f"审核箱共 {len(found)} 件。受理用 accept，不受理用 reject --note。", err=True)

    @click.command()
    @data_argument
    @click.argument("envelope")
    @json_option
    def accept(data: Path, envelope: str, *, as_json: bool) -> None:
        """Make the application in ENVELOPE a case, as if it had come now."""
        _tell(run(data, ACCEPT, {"envelope": envelope}), as_json=as_json)

    @click.command()
    @data_argument
    @click.argument("envelope")
    @click.option("--note", required=True, help="Why; the clerk reads it.")
    @json_option
    def reject(data: Path, envelope: str, *, note: str, as_json: bool) -> None:
        """Do not take the application in ENVELOPE; its station is told why."""
        _tell(run(data, REJECT, {"envelope": envelope, "note": note}), as_json=as_json)

    return [review, accept, reject]


def _after(found: list[dict[str, Any]]) -> str:
    return f"{found[-1]['station']}:{found[-1]['envelope']}" if found else ""


def _line(one: Mapping[str, Any]) -> str:
    number = "次序不明" if one["ordinal"] is None else f"第 {one['ordinal']} 件"
    arrived = local_time(one["arrived_ms"])
    known = f"已有办件 {one['case']}" if one["case"] else ""
    words = (
        *(one["envelope"], one["name"] or one["station"], one["item"], _WHY[one["why"]], number),
        *(f"{arrived:%Y-%m-%d %H:%M}", f"附件 {len(one['attachments'])} 个", known),
    )
    return "  ".join(word for word in words if word)


def _tell(answer: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    elif answer["case"] is None:
        click.echo("未受理，已告知村站。")
    elif answer["duplicate"]:
        click.echo(f"与办件 {answer['case']} 重复。")
    else:
        click.echo(f"已受理，办件 {answer['case']}。")
