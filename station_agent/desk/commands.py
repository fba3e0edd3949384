"""``yizhan-station desk``: where the clerk's desk is (docs/operations.md, "The desk")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing
from station_agent.desk.calls import DESK


def desk_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @json_option
    def desk(data: Path, *, as_json: bool) -> None:
        """Say where the clerk's desk is; with a link for the first clerk while there is none."""
        found = ask(data, DESK, Nothing())
        words = f"desk {found.url}"
        if found.first:
            words += f"\n增加第一名办事员（链接只用一次，15 分钟内有效）：\n{found.first}"
        answer(to_json(found), words, as_json=as_json)

    return desk
