"""``yizhan-station receipt``: the slip of an application (docs/operations.md, "Slips")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from protocol.text import identifier
from runtime.cli.command import data_argument, json_option
from runtime.cli.slips import receipt_group
from runtime.cli.terminal import answer
from runtime.control.calls import Ask


def station_receipt_group(ask: Ask) -> click.Group:
    """The commands of every program, and those of a station."""
    group = receipt_group(ask)

    @group.command()
    @data_argument
    @click.argument("application")
    @json_option
    def show(data: Path, application: str, *, as_json: bool) -> None:
        """Print the text of the slip of an APPLICATION (its id or number)."""
        from protocol.trust.slip import grouped
        from station_agent.slips.calls import SLIP, ShowSlip

        found = ask(data, SLIP, ShowSlip(application=identifier(application)))
        answer(to_json(found), "\n".join(map(grouped, found.rows)), as_json=as_json)

    return group
