"""``yizhan-county numbers``: blocks of numbers that stations use in advance (docs/numbers.md)."""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.numbers.calls import (
    ISSUE,
    STATUS,
    VOID,
    BlockShown,
    IssueBlocks,
    VoidBlock,
)
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.numbers.number import NumberKind
from protocol.text import identifier
from runtime.cli.command import data_argument, json_option, print_json
from runtime.control.calls import Ask, Nothing

_KIND_HELP = "What the numbers are for."
_KINDS = {"case": "预发编号", "ticket": "票据号码"}
_STRAYS = {
    "wrong": "号码抄错或残缺",
    "kind": "种类不符",
    "unknown": "县里没有这个号段",
    "foreign": "是别的村站的号段",
    "twice": "这个号码已用于另一件申请",
}


def numbers_group(ask: Ask) -> click.Group:
    """The group; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def numbers() -> None:
        """Blocks of numbers that stations get in advance."""

    for command in (_issue(ask), _status(ask), _void(ask)):
        numbers.add_command(command)
    return numbers


def _issue(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--node", "nodes", multiple=True, help="Of the station; may be repeated.")
    @click.option("--all", "every", is_flag=True, help="To every station that may have one.")
    @click.option("--kind", type=click.Choice(list(_KINDS)), default="case", help=_KIND_HELP)
    @click.option("--year", type=int, default=0, help="This one, or the next.")
    @click.option("--count", type=click.IntRange(min=1), help="Numbers in a block.")
    @json_option
    def issue(
        data: Path,
        *,
        nodes: Sequence[str],
        every: bool,
        kind: str,
        year: int,
        count: int | None,
        as_json: bool,
    ) -> None:
        """Issue a block; from then on the station asks for more by itself."""
        if bool(nodes) == every:
            raise UsageError("请用 --node 指明村站，或用 --all 发给全部村站")
        wanted = IssueBlocks(
            nodes=[identifier(node) for node in nodes],
            kind=NumberKind(kind),
            year=year,
            count=count or 0,
        )
        found = ask(data, ISSUE, wanted)
        if as_json:
            print_json(to_json(found))
            return
        for one in found.issued:
            click.echo(f"已发出 {_line(one)}")
        for other in found.refused:
            click.echo(f"没有发给 {other.station}：{other.words}")
        if not (found.issued or found.refused):
            click.echo("没有可以发给的节点：票据号码只发给规定中写明可以收费的单位")

    return issue


def _status(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @json_option
    def status(data: Path, *, as_json: bool) -> None:
        """Show every block: issued = used + voided + remaining."""
        found = ask(data, STATUS, Nothing())
        if as_json:
            print_json(to_json(found))
            return
        for one in found.blocks:
            click.echo(_line(one))
            if one.twice:
                click.echo(f"  注意：{one.twice} 个号码由两台电脑各用过一次，号码末段不同。")
        for stray in found.strays:
            click.echo(f"注意：{stray.station} 送来 {stray.number}：{_STRAYS[stray.why]}")
        if not found.blocks:
            click.echo("还没有发出号段。用 numbers issue --all 发给全部村站。")

    return status


def _void(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("block")
    @click.option("--reason", required=True, help="Why; it stands in the record.")
    @json_option
    def void(data: Path, block: str, *, reason: str, as_json: bool) -> None:
        """Void what is left of BLOCK; its station is told with the next exchange."""
        found = ask(data, VOID, VoidBlock(block=identifier(block), reason=reason))
        if as_json:
            print_json(to_json(found))
            return
        click.echo(f"已作废剩余号码：{_line(found)}")

    return void


def _line(one: BlockShown) -> str:
    closed = f"（{one.closed}）" if one.closed else ""
    return (
        f"号段 {one.block} {one.name or one.station} {_KINDS[one.kind]} {one.issuer} {one.year} 年"
        f" {one.first}-{one.last}：共 {one.issued}，已用 {one.used}（已到县 {one.arrived}），"
        f"作废 {one.voided}，剩余 {one.remaining}{closed}"
    )
