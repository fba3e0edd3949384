"""``yizhan-station numbers``: what is left of the blocks (docs/numbers.md)."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import UsageError
from protocol.ids import ApplicationId
from protocol.json_values import to_json
from protocol.text import identifier
from runtime.cli.command import data_argument, json_option, print_json
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

if TYPE_CHECKING:
    from station_agent.numbers.calls import NumbersShown

_KIND_HELP = "What the numbers are for."
_KINDS = {"case": "预发编号", "ticket": "票据号码"}


def numbers_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.option("--kind", type=click.Choice(list(_KINDS)), default="case", help=_KIND_HELP)
    @click.option("--void", "reason", help="Void the next number; why.")
    @click.option("--count", type=click.IntRange(min=1), help="So many of them.")
    @click.option("--all", "all_left", is_flag=True, help="Void all that are left of the kind.")
    @click.option("--ticket", "application", help="A ticket for this application.")
    @json_option
    def numbers(
        data: Path,
        *,
        kind: str,
        reason: str | None,
        count: int | None,
        all_left: bool,
        application: str | None,
        as_json: bool,
    ) -> None:
        """Show what is left of the numbers that the county issued to this PC; void some."""
        from station_agent.numbers.calls import NUMBERS, TICKET, VOID, TakeTicket, VoidNumbers

        _require_one_wish(application, reason, count, all_left=all_left)
        if application is not None:
            ticket = ask(
                data, TICKET, TakeTicket(application=ApplicationId(identifier(application)))
            )
            words = f"申请 {ticket.application} 的票据号码：{ticket.number}"
            answer(to_json(ticket), words, as_json=as_json)
            return
        if reason is not None:
            wanted = VoidNumbers(kind=kind, reason=reason, count=None if all_left else count or 1)
            found = ask(data, VOID, wanted)
        else:
            found = ask(data, NUMBERS, Nothing())
        if as_json:
            print_json(to_json(found))
            return
        _show(found)

    return numbers


def _require_one_wish(
    application: str | None, reason: str | None, count: int | None, *, all_left: bool
) -> None:
    if application is not None and reason is not None:
        raise UsageError("--ticket 和 --void 不能一起用")
    if reason is None and (all_left or count):
        raise UsageError("作废须用 --void 写明原因")
    if all_left and count:
        raise UsageError("--count 和 --all 只能用一个")


def _show(found: "NumbersShown") -> None:
    for run in found.voided or ():
        click.echo(f"已作废：{run}，已登记，将随下次交换报县中心。")
    for one in found.blocks:
        click.echo(
            f"{_KINDS[one.kind]} {one.issuer} {one.year} 年 {one.first}-{one.last}："
            f"共 {one.issued}，已用 {one.used}，作废 {one.voided}，剩余 {one.remaining}"
        )
        for void in one.voids:
            click.echo(f"  作废 {void.first}-{void.last}：{void.reason}")
    if not found.blocks:
        click.echo("本机没有号段；申请照常受理，编号由县中心登记时给出。需要号段请与县中心联系。")
