"""``yizhan-county review|accept|reject``.

Source: docs/operations.md, "The review queue".
"""

from pathlib import Path

import click

from central.county.review.calls import (
    ACCEPT,
    REJECT,
    REVIEW,
    Accept,
    Reject,
    Verdict,
    Waiting,
    WaitingApplication,
)
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option, print_json
from runtime.control.calls import Ask

_WHY = {"draining": "收回中", "replaced": "旧电脑"}


def review_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @json_option
    def review(data: Path, *, as_json: bool) -> None:
        """List what withdrawn or lost PCs had sealed, and a person must look at."""
        found: list[WaitingApplication] = []
        while page := ask(data, REVIEW, Waiting(after=_after(found))):
            found += page
        if as_json:
            print_json(to_json(found))
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
        _tell(ask(data, ACCEPT, Accept(envelope=envelope)), as_json=as_json)

    @click.command()
    @data_argument
    @click.argument("envelope")
    @click.option("--note", required=True, help="Why; the clerk reads it.")
    @json_option
    def reject(data: Path, envelope: str, *, note: str, as_json: bool) -> None:
        """Do not take the application in ENVELOPE; its station is told why."""
        _tell(ask(data, REJECT, Reject(envelope=envelope, note=note)), as_json=as_json)

    return [review, accept, reject]


def _after(found: list[WaitingApplication]) -> str:
    return f"{found[-1].station}:{found[-1].envelope}" if found else ""


def _line(one: WaitingApplication) -> str:
    number = "次序不明" if one.ordinal is None else f"第 {one.ordinal} 件"
    arrived = local_time(one.arrived_ms)
    known = f"已有办件 {one.case}" if one.case else ""
    words = (
        *(one.envelope, one.name or one.station, one.item, _WHY[one.why], number),
        *(f"{arrived:%Y-%m-%d %H:%M}", f"附件 {len(one.attachments)} 个", known),
    )
    return "  ".join(word for word in words if word)


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(verdict))
    elif verdict.case is None:
        click.echo("未受理，已告知村站。")
    elif verdict.duplicate:
        click.echo(f"与办件 {verdict.case} 重复。")
    else:
        click.echo(f"已受理，办件 {verdict.case}。")
