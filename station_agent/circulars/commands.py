"""``yizhan-station circulars|confirm`` (docs/operations.md, "Circulars")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from protocol.text import identifier
from runtime.cli.command import (
    FILE,
    always_json,
    data_argument,
    json_option,
    print_json,
    read_secret,
)
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask
from station_agent.circulars.calls import CircularShown

_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable


def circular_commands(ask: Ask) -> list[click.Command]:
    """Both; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def circulars(data: Path, *, clerk: str, password_file: Path | None, as_json: bool) -> None:
        """List what the county says to every clerk, and who has not confirmed it."""
        from station_agent.circulars.calls import CIRCULARS, ShowCirculars

        password = read_secret(None, password_file, _PASSWORD_ENV)
        found = ask(data, CIRCULARS, ShowCirculars(clerk=clerk, password=password or None))
        if as_json:
            print_json(to_json(found))
        else:
            print_table(("编号", "时间", "通知", "还没有看的"), [_row(one) for one in found])

    @click.command()
    @data_argument
    @click.argument("circular")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who has read it.")
    @click.option("--password-file", type=FILE, help="File with her password.")
    @always_json
    def confirm(data: Path, circular: str, *, clerk: str, password_file: Path | None) -> None:
        """Confirm that a clerk has read CIRCULAR."""
        from station_agent.circulars.calls import CONFIRM, ConfirmCircular

        password = read_secret(None, password_file, _PASSWORD_ENV)
        wanted = ConfirmCircular(
            circular=identifier(circular), clerk=clerk, password=password or None
        )
        print_json(to_json(ask(data, CONFIRM, wanted)))

    return [circulars, confirm]


def _row(one: CircularShown) -> tuple[str, ...]:
    from protocol.trust.schedule import local_time

    waiting = [reader.name for reader in one.readers if reader.read_ms is None]
    when = local_time(one.at_ms).strftime("%Y-%m-%d %H:%M")
    return one.circular, when, one.title, "、".join(waiting) or "—"
