"""``yizhan-station situation``: the ten digits for a helper (docs/operations.md, "Commands")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing


def situation_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @json_option
    def situation(data: Path, *, as_json: bool) -> None:
        """Say how this station is doing, as a code to be read out by telephone."""
        from station_agent.status.calls import SITUATION

        found = ask(data, SITUATION, Nothing())
        words = f"求助码：{found.code}\n请读给乡镇或县里，里面没有任何人的资料。"
        answer(to_json(found), words, as_json=as_json)

    return situation
