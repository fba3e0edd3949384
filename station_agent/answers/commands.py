"""``yizhan-station told|lying`` (docs/operations.md, "Handing over")."""

from pathlib import Path

import click

from protocol.json_values import to_json
from protocol.text import identifier, person_name
from runtime.cli.command import (
    FILE,
    PATH,
    always_json,
    data_argument,
    json_option,
    print_json,
    read_secret,
)
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask

_WHAT = ("told", "handed-over")
_WAYS = ("in-person", "agent", "telephone", "post", "refused")
_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable


def answer_commands(ask: Ask) -> list[click.Command]:
    """Both; ``ask`` asks whoever owns a data folder."""
    return [_told(ask), _lying(ask)]


def _told(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("application")
    @click.option("--person", required=True, help="Who was told, or got it.")
    @click.option("--what", type=click.Choice(_WHAT), default="told", help="Told, or handed over.")
    @click.option("--way", type=click.Choice(_WAYS), default="in-person", help="How.")
    @click.option("--document", default="", help="What it was, if not the result.")
    @click.option("--answer", type=int, default=0, help="Its number, as lying shows it.")
    @click.option("--witness", multiple=True, help="May be repeated.")
    @click.option("--attach", multiple=True, type=PATH, help="A photo; may be repeated.")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who says so.")
    @click.option("--day", default="", help="When it was, if this PC's date is wrong.")
    @always_json
    def told(
        data: Path,
        application: str,
        *,
        person: str,
        what: str,
        way: str,
        document: str,
        answer: int,
        witness: tuple[str, ...],
        attach: tuple[Path, ...],
        clerk: str,
        day: str,
    ) -> None:
        """Record that somebody was told an answer of the county, or got it."""
        from station_agent.answers.calls import TOLD, RecordTelling
        from station_agent.followups.commands import said_of

        subject = {
            "about": "telling",
            "what": what,
            "way": way,
            "person": person_name(person),
            "document": person_name(document),
            "witnesses": [person_name(one) for one in witness],
        }
        said = {"subject": subject, "clerk": person_name(clerk), "day": identifier(day)}
        wanted = RecordTelling(
            application=identifier(application),
            said=said_of(said),
            n=answer,
            files=[path.absolute() for path in attach],
        )
        print_json(to_json(ask(data, TOLD, wanted)))

    return told


def _lying(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("application", default="")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def lying(
        data: Path, application: str, *, clerk: str, password_file: Path | None, as_json: bool
    ) -> None:
        """List answers of the county that somebody is still to be told or to get."""
        from station_agent.answers.calls import LYING, ShowLying

        password = read_secret(None, password_file, _PASSWORD_ENV)
        wanted = ShowLying(
            application=identifier(application), clerk=clerk, password=password or None
        )
        found = ask(data, LYING, wanted)
        if as_json:
            print_json(to_json(found))
            return
        columns = ("申请", "编号", "文书", "申请人", "附件", "最迟")
        rows = [
            (
                one.application,
                one.n,
                one.name or KINDS[one.kind],
                one.applicant or "—",
                one.files,
                one.limit.last if one.limit else "—",
            )
            for one in found
        ]
        print_table(columns, rows)

    return lying


KINDS = {
    "decided": "决定",
    "returned": "补正告知",
    "rejected": "县里没有收下",
    "document": "文书",
}
