"""``yizhan-county erase`` (docs/operations.md, "Personal data")."""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.casework.calls import ERASE, Erase
from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import FILE, data_argument, json_option, print_json, read_secret
from runtime.control.calls import Ask


def erase_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a county's data folder."""

    @click.command()
    @data_argument
    @click.argument("cases", nargs=-1)
    @click.option("--person-file", type=FILE, help="Holds an id number: all cases that name it.")
    @click.option("--reason", required=True, help="Stands in the audit record; name nobody in it.")
    @json_option
    def erase(
        data: Path, cases: Sequence[str], *, person_file: Path | None, reason: str, as_json: bool
    ) -> None:
        """Erase what CASES (or all of one person) say of a citizen; ids and hashes stay.

        The number comes from a file or YIZHAN_PERSON, so that it stands in no list of processes.
        """
        person = read_secret(None, person_file, "YIZHAN_PERSON")
        if bool(cases) == bool(person):
            raise UsageError("请给出办件编号，或用 --person-file 给出证件号码，只用一种")
        wanted = Erase(cases=cases, person=person or "", reason=reason)
        done = ask(data, ERASE, wanted)
        if as_json:
            print_json(to_json(done))
            return
        for number in done.erased:
            click.echo(f"已抹去 {number}")
        if done.refused:
            click.echo(f"另抹去未收下的信封 {done.refused} 个")
        click.echo(f"共 {len(done.erased)} 件；以前的备份里仍有，请按规定销毁。", err=True)

    return erase
