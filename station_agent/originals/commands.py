"""``yizhan-station pass-on|originals`` (docs/operations.md, "Originals")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from protocol.text import identifier, person_name
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
from runtime.system import SystemRandomness
from station_agent.originals.calls import StopShown

_ID_BYTES = 16
_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable


def original_commands(ask: Ask) -> list[click.Command]:
    """Both; ``ask`` asks whoever owns a data folder."""

    @click.command("pass-on")
    @data_argument
    @click.argument("application")
    @click.option("--what", required=True, help="What travels, as a household register.")
    @click.option("--from", "giver", required=True, help="Who gives it out of their hands.")
    @click.option("--to", "taker", required=True, help="Who takes it.")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who says so.")
    @click.option("--day", default="", help="When it was, if this PC's date is wrong.")
    @always_json
    def pass_on(
        data: Path, application: str, *, what: str, giver: str, taker: str, clerk: str, day: str
    ) -> None:
        """Write down that an original of APPLICATION was signed over."""
        from station_agent.originals.calls import PASS_ON, PassOn

        wanted = PassOn(
            stop=SystemRandomness().token(_ID_BYTES).hex(),
            application=identifier(application),
            what=person_name(what),
            giver=person_name(giver),
            taker=person_name(taker),
            clerk=person_name(clerk),
            day=identifier(day),
        )
        print_json(to_json(ask(data, PASS_ON, wanted)))

    @click.command()
    @data_argument
    @click.argument("application")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def originals(
        data: Path, application: str, *, clerk: str, password_file: Path | None, as_json: bool
    ) -> None:
        """List where the originals of APPLICATION went."""
        from station_agent.originals.calls import ORIGINALS, ShowOriginals

        password = read_secret(None, password_file, _PASSWORD_ENV)
        wanted = ShowOriginals(
            application=identifier(application), clerk=clerk, password=password or None
        )
        found = ask(data, ORIGINALS, wanted)
        if as_json:
            print_json(to_json(found))
        else:
            print_table(("原件", "交出", "接收", "时间", "登记人"), [_row(one) for one in found])

    return [pass_on, originals]


def _row(one: StopShown) -> tuple[str, ...]:
    from protocol.trust.schedule import local_time

    when = one.day or local_time(one.at_ms).strftime("%Y-%m-%d %H:%M")
    return one.what, one.giver, one.taker, when, one.clerk or "—"
