"""``yizhan-station items``, ``item`` and ``fee``: what can be applied for, and what it costs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from protocol.text import identifier
from runtime.cli.command import FILE, data_argument, json_option, print_json

Perform = Callable[[Path, str, Mapping[str, Any]], Any]


def item_commands(perform: Perform) -> list[click.Command]:
    """All three; ``perform`` asks whoever owns a data folder."""
    return [_items(perform), _item(perform), _fee(perform)]


def _items(perform: Perform) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("text", default="")
    @click.option("--find", default="", help="Name, alias, pinyin, department or code; as TEXT.")
    @json_option
    def items(data: Path, text: str, *, find: str, as_json: bool) -> None:
        """List what can be applied for; with TEXT find it by what people call it."""
        found = perform(data, "items", {"text": f"{text} {find}".strip()})
        if as_json:
            print_json(found)
            return
        from station_agent.status.terminal import show_items

        show_items(found)

    return items


def _item(perform: Perform) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("item")
    @json_option
    def item(data: Path, item: str, *, as_json: bool) -> None:
        """Show one ITEM: its materials, and the fields of its form."""
        found = perform(data, "item", {"item": identifier(item)})
        if as_json:
            print_json(found)
            return
        from station_agent.status.terminal import show_item

        show_item(found)

    return item


def _fee(perform: Perform) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", required=True, help="Code of the item.")
    @click.option("--facts", type=FILE, required=True, help="A JSON file with what the fee needs.")
    @click.option("--on", "day", default="", help="A date, instead of today.")
    @json_option
    def fee(data: Path, *, item: str, facts: Path, day: str, as_json: bool) -> None:
        """Say what an item costs, with every step; nobody types an amount."""
        from protocol.catalogue.fees.of_item import ItemFee
        from protocol.json_values import from_json
        from runtime.cli.fees import fee_lines, read_facts_file

        args = {"item": identifier(item), "facts": read_facts_file(facts), "day": day}
        found = perform(data, "fee", args)
        if as_json:
            print_json(found)
            return
        for line in fee_lines(from_json(found, ItemFee)):
            click.echo(line)

    return fee
