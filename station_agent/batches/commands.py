"""``yizhan-station batch``: one item for many people (docs/operations.md, "Market day")."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import EXIT_OK, EXIT_REFUSED, UsageError
from protocol.json_values import to_json
from protocol.limits import MAX_FORM_BYTES
from protocol.text import identifier
from runtime.cli.command import (
    FILE,
    data_argument,
    json_option,
    print_json,
    progress,
    read_secret,
    read_text,
)
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask
from runtime.system import SystemRandomness

if TYPE_CHECKING:
    from station_agent.batches.calls import BatchShown

_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable
_ID_BYTES = 16
_ROWS_FILE_BYTES = 512 * 1024  # as much as a page takes
_batch = click.argument("batch")
_clerk_option = click.option(
    "--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is."
)
_password_option = click.option(
    "--password-file", type=FILE, help="File with the clerk's password."
)


def batch_group(ask: Ask) -> click.Group:
    """All of them; ``ask`` asks whoever owns a data folder."""

    @click.group()
    def batch() -> None:
        """One item for many people: a common part and a table."""

    for command in (_list(ask), _show(ask), _add(ask), _hand_in(ask)):
        batch.add_command(command)
    return batch


def _list(ask: Ask) -> click.Command:
    @click.command("list")
    @data_argument
    @_clerk_option
    @_password_option
    @json_option
    def list_(data: Path, *, clerk: str, password_file: Path | None, as_json: bool) -> None:
        """List the batches of this station."""
        from station_agent.batches.calls import BATCHES, ShowBatches

        found = ask(data, BATCHES, ShowBatches(clerk=clerk, password=_password(password_file)))
        if as_json:
            print_json(to_json(found))
            return
        rows = [(one.batch, one.name or one.problem, one.rows, one.handed_in) for one in found]
        print_table(("编号", "事项", "人数", "已交"), rows)

    return list_


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_batch
    @_clerk_option
    @_password_option
    @json_option
    def show(
        data: Path, batch: str, *, clerk: str, password_file: Path | None, as_json: bool
    ) -> None:
        """Show the rows of a BATCH, and what is wrong in each."""
        from station_agent.batches.calls import BATCH, OfBatch

        wanted = OfBatch(batch=identifier(batch), clerk=clerk, password=_password(password_file))
        _say(ask(data, BATCH, wanted), as_json=as_json)

    return show


def _add(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", required=True, help="Code of the item in the catalogue.")
    @click.option("--rows", required=True, type=FILE, help="Table with tabs between the cells.")
    @click.option("--common", type=FILE, help="JSON file: fields that all have in common, as text.")
    @click.option("--batch", default="", help="Add to this batch; else it is a new one.")
    @_clerk_option
    @_password_option
    @json_option
    def add(
        data: Path,
        *,
        item: str,
        rows: Path,
        common: Path | None,
        batch: str,
        clerk: str,
        password_file: Path | None,
        as_json: bool,
    ) -> None:
        """Keep a table of people as drafts of one item."""
        from station_agent.batches.calls import BATCH_ADD, AddBatch

        wanted = AddBatch(
            batch=identifier(batch) or SystemRandomness().token(_ID_BYTES).hex(),
            item=identifier(item),
            common=_common(common) if common else {},
            rows=read_text(rows, _ROWS_FILE_BYTES),
            clerk=clerk,
            password=_password(password_file),
        )
        _say(ask(data, BATCH_ADD, wanted), as_json=as_json)

    return add


def _hand_in(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_batch
    @click.option("--day", default="", help="The day at the window, if this PC's date is wrong.")
    @_clerk_option
    @_password_option
    @json_option
    def hand_in(
        data: Path,
        batch: str,
        *,
        day: str,
        clerk: str,
        password_file: Path | None,
        as_json: bool,
    ) -> int:
        """Hand in every row of a BATCH in which nothing is wrong or missing."""
        from station_agent.batches.calls import BATCH_HAND_IN, HandInBatch

        wanted = HandInBatch(
            batch=identifier(batch), day=day, clerk=clerk, password=_password(password_file)
        )
        report, finish = progress("加密申请")
        try:
            done = ask(data, BATCH_HAND_IN, wanted, report)
        finally:
            finish()
        words = f"新交 {done.handed_in} 件，以前已交 {done.before} 件，还差 {done.left} 件"
        lines = [
            f"第 {one.position} 人 {one.who}：{one.words} [{one.code}]" for one in done.refused
        ]
        answer(to_json(done), "\n".join([words, *lines]), as_json=as_json)
        return EXIT_REFUSED if done.refused else EXIT_OK

    return hand_in


def _say(found: "BatchShown", *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(found))
        return
    click.echo(f"{found.batch} {found.name}：{len(found.rows)} 人")
    for row in found.rows:
        click.echo(f"  {row.position} {row.who} {row.number or ''} {row.state}")
        for one in row.wrong:
            click.echo(f"      {one.field} {one.words}")


def _common(file: Path) -> dict[str, str]:
    try:
        said = json.loads(read_text(file, MAX_FORM_BYTES))
    except (ValueError, RecursionError):
        raise UsageError(f"{file} 不是 JSON") from None
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise UsageError(f"{file}：应为栏目名和文字的对照")
    return said


def _password(file: Path | None) -> str | None:
    password = read_secret(None, file, _PASSWORD_ENV)
    if password == "":
        raise UsageError("口令是空的")
    return password
