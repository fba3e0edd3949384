"""``yizhan-county due``, ``market-days`` and ``fee`` (docs/calendars.md, docs/fees.md)."""

from pathlib import Path

import click

from central.county.catalogue.calls import (
    DUE,
    FEE,
    MARKET_DAYS,
    DueQuestion,
    FeeQuestion,
    MarketQuestion,
)
from protocol.json_values import to_json
from runtime.cli.command import FILE, data_argument, json_option, print_json
from runtime.cli.fees import fee_lines, read_facts_file
from runtime.control.calls import Ask


def catalogue_commands(ask: Ask) -> list[click.Command]:
    """All three; ``ask`` asks whoever owns a data folder."""
    return [_due(ask), _market_days(ask), _fee(ask)]


def _due(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--from", "start", required=True, help="A date, or a date and a time of day.")
    @click.option("--limit", required=True, help="5wd (working days), 7d (days) or 48h (hours).")
    @json_option
    def due(data: Path, *, start: str, limit: str, as_json: bool) -> None:
        """Say when a limit ends, and why, day by day."""
        found = ask(data, DUE, DueQuestion(start=start, limit=limit))
        if as_json:
            print_json(to_json(found))
            return
        for line in found.why:
            click.echo(line)
        click.echo(f"届满：{found.due}")
        if found.provisional:
            click.echo("暂定：目录里没有其中某一年的放假安排，公布后可能变动。")
            click.echo(f"对外告知请用：{found.latest}")

    return due


def _market_days(ask: Ask) -> click.Command:
    @click.command("market-days")
    @data_argument
    @click.option("--code", required=True, help="Division code of the township, 9 digits.")
    @click.option("--from", "start", required=True, help="The first date to look at.")
    @click.option("--days", type=int, default=31, show_default=True, help="So many days.")
    @json_option
    def market(data: Path, *, code: str, start: str, days: int, as_json: bool) -> None:
        """Say on which days a township holds its market, and why."""
        found = ask(data, MARKET_DAYS, MarketQuestion(code=code, start=start, days=days))
        if as_json:
            print_json(to_json(found))
            return
        click.echo("；".join(found.rules))
        for day, why in zip(found.dates, found.why, strict=True):
            click.echo(f"{day} {why}")

    return market


def _fee(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", required=True, help="Code of the item.")
    @click.option("--facts", type=FILE, required=True, help="A JSON file with what the fee needs.")
    @click.option("--on", "day", default="", help="A date, instead of today.")
    @json_option
    def fee(data: Path, *, item: str, facts: Path, day: str, as_json: bool) -> None:
        """Say what an item costs, with every step; nobody types an amount."""
        found = ask(data, FEE, FeeQuestion(item=item, facts=read_facts_file(facts), day=day))
        if as_json:
            print_json(to_json(found))
            return
        for line in fee_lines(found):
            click.echo(line)

    return fee
