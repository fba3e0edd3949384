"""``yizhan-county circulars|circular|send-circular`` (docs/operations.md, "Circulars")."""

from pathlib import Path

import click

from central.county.followups.circular_calls import (
    CIRCULARS,
    SEND_CIRCULAR,
    SHOW_CIRCULAR,
    CircularListed,
    Circulars,
    SendCircular,
    ShowCircular,
    StationRead,
)
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option, print_json
from runtime.cli.terminal import answer as say
from runtime.cli.terminal import one_line
from runtime.control.calls import Ask
from runtime.system import SystemRandomness

_MINUTE = "%Y-%m-%d %H:%M"
_ID_BYTES = 16


def circular_commands(ask: Ask) -> list[click.Command]:
    """All; ``ask`` asks whoever owns the data folder of a county."""

    @click.command("send-circular")
    @data_argument
    @click.option("--title", required=True, help="What it is about.")
    @click.option("--words", required=True, help="What every clerk reads.")
    @json_option
    def send_circular(data: Path, *, title: str, words: str, as_json: bool) -> None:
        """Say something to every clerk of every station; each confirms by name."""
        own = SystemRandomness().token(_ID_BYTES).hex()
        sent = ask(data, SEND_CIRCULAR, SendCircular(circular=own, title=title, words=words))
        words = f"已发给 {sent.stations} 个村站，通知编号 {sent.circular}"
        say(to_json(sent), words, as_json=as_json)

    @click.command()
    @data_argument
    @json_option
    def circulars(data: Path, *, as_json: bool) -> None:
        """List what was said to every clerk, and at how many stations somebody has not read it."""
        found: list[CircularListed] = []
        while page := ask(data, CIRCULARS, Circulars(after=found[-1].circular if found else "")):
            found += page
        if as_json:
            print_json(to_json(found))
            return
        for one in found:
            sent = local_time(one.sent_ms).strftime(_MINUTE)
            unread = f"{one.stations} 站中 {one.unread} 站没有看完"
            click.echo(f"{one.circular}  {sent}  {unread}  {one_line(one.title)}")

    @click.command()
    @data_argument
    @click.argument("circular")
    @json_option
    def circular(data: Path, circular: str, *, as_json: bool) -> None:
        """Show CIRCULAR, and by station who has read it and who has not."""
        found = ask(data, SHOW_CIRCULAR, ShowCircular(circular=identifier(circular)))
        lines = [one_line(found.title), found.words, *map(_line, found.stations)]
        say(to_json(found), "\n".join(lines), as_json=as_json)

    return [send_circular, circulars, circular]


def _line(one: StationRead) -> str:
    read = "、".join(clerk.name or "（已抹去）" for clerk in one.read)
    told = f"看过：{one_line(read)}" if read else "还没有人看过"
    if one.waiting:
        told += f"；没看过：{one_line('、'.join(one.waiting))}"
    return f"{one_line(one.name) or one.station}  {told}"
