"""``yizhan-station items``, ``item`` and ``fee``: what can be applied for, and what it costs."""

from pathlib import Path

import click

from protocol.json_values import to_json
from protocol.text import identifier
from runtime.cli.command import FILE, data_argument, json_option, print_json
from runtime.control.calls import Ask


def item_commands(ask: Ask) -> list[click.Command]:
    """All three; ``ask`` asks whoever owns a data folder."""
    return [_items(ask), _item(ask), _fee(ask)]


def _items(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("text", default="")
    @click.option("--find", default="", help="Name, alias, pinyin, department or code; as TEXT.")
    @json_option
    def items(data: Path, text: str, *, find: str, as_json: bool) -> None:
        """List what can be applied for; with TEXT find it by what people call it."""
        from station_agent.intake.calls import ITEMS, FindItems

        found = ask(data, ITEMS, FindItems(text=f"{text} {find}".strip()))
        if as_json:
            print_json(to_json(found))
            return
        from station_agent.intake.terminal import show_items

        show_items(found)

    return items


def _item(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("item")
    @json_option
    def item(data: Path, item: str, *, as_json: bool) -> None:
        """Show one ITEM: its materials, and the fields of its form."""
        from station_agent.intake.calls import ITEM, ShowItem

        found = ask(data, ITEM, ShowItem(item=identifier(item)))
        if as_json:
            print_json(to_json(found))
            return
        from station_agent.intake.terminal import show_item

        show_item(found)

    return item


def _fee(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", required=True, help="Code of the item.")
    @click.option("--facts", type=FILE, required=True, help="A JSON file with what the fee needs.")
    @click.option("--on", "day", default="", help="A date, instead of today.")
    @json_option
    def fee(data: Path, *, item: str, facts: Path, day: str, as_json: bool) -> None:
        """Say what an item costs, with every step; nobody types an amount."""
        from runtime.cli.fees import fee_lines, read_facts_file
        from station_agent.intake.calls import FEE, AskFee

        wanted = AskFee(item=identifier(item), facts=read_facts_file(facts), day=day)
        found = ask(data, FEE, wanted)
        if as_json:
            print_json(to_json(found))
            return
        for line in fee_lines(found):
            click.echo(line)

    return fee
