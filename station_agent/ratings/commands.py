"""``yizhan-station rate|ratings`` (docs/operations.md, "Ratings")."""

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

_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable


def rating_commands(ask: Ask) -> list[click.Command]:
    """Both; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.argument("application")
    @click.option("--level", type=click.IntRange(1, 5), required=True, help="5: very satisfied.")
    @click.option("--words", default="", help="What else was said.")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who says so.")
    @click.option("--day", default="", help="When it was, if this PC's date is wrong.")
    @always_json
    def rate(data: Path, application: str, *, level: int, words: str, clerk: str, day: str) -> None:
        """Pass on how satisfied the applicant is, once."""
        from station_agent.followups.commands import said_of
        from station_agent.ratings.calls import RATE, RateApplication

        subject = {"about": "rating", "level": level, "words": words}
        said = {"subject": subject, "clerk": person_name(clerk), "day": identifier(day)}
        wanted = RateApplication(application=identifier(application), said=said_of(said))
        print_json(to_json(ask(data, RATE, wanted)))

    @click.command()
    @data_argument
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def ratings(data: Path, *, clerk: str, password_file: Path | None, as_json: bool) -> None:
        """Show the sums of this station's ratings, of five at least."""
        from protocol.records.followups_words import LEVEL_WORDS
        from station_agent.ratings.calls import RATINGS, ShowRatings

        password = read_secret(None, password_file, _PASSWORD_ENV)
        found = ask(data, RATINGS, ShowRatings(clerk=clerk, password=password or None))
        if as_json:
            print_json(to_json(found))
            return
        rows = [(LEVEL_WORDS[int(level)], count) for level, count in found.levels.items()]
        print_table(("评价", "件数"), [*rows, ("没有评价", found.unrated)])

    return [rate, ratings]
