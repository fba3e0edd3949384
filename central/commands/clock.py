"""``yizhan-county clock``: whether the date of the county's machine can be believed."""

from pathlib import Path

import click

from central.county.nodes.calls import CLOCK, CONFIRM
from central.county.nodes.clock_words import jump_words, shown
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option, print_json
from runtime.control.calls import Ask, Nothing


def clock_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a county's data folder."""

    @click.command()
    @data_argument
    @click.option("--confirm", is_flag=True, help="The date of this machine is right now.")
    @json_option
    def clock(data: Path, *, confirm: bool, as_json: bool) -> None:
        """Say whether the date of this machine jumped; confirm that it is right now.

        Until then no time is signed for hubs and stations, and nothing falls due or is let go.
        """
        found = ask(data, CONFIRM if confirm else CLOCK, Nothing())
        if as_json:
            print_json(to_json(found))
            return
        click.echo(f"本机时间 {shown(found.now_ms)}（北京时间）")
        if jump := found.jump:
            click.echo(f"注意：{jump_words(jump)}")
            click.echo("核对无误后：yizhan-county clock DATA --confirm", err=True)
        elif confirm:
            click.echo("已确认：重新向枢纽和村站签发时间。")

    return clock
