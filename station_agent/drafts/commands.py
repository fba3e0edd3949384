"""``yizhan-station drafts``: what is being filled in (docs/operations.md, "Drafts")."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import FILE, data_argument, json_option, print_json, read_secret
from runtime.control.calls import Ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from station_agent.drafts.calls import DraftShown

_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable


def drafts_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns a data folder."""

    @click.command()
    @data_argument
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def drafts(data: Path, *, clerk: str, password_file: Path | None, as_json: bool) -> None:
        """List what is being filled in at the desk, and what lies in the bin."""
        from station_agent.drafts.calls import DRAFTS, ShowDrafts

        password = read_secret(None, password_file, _PASSWORD_ENV)
        if password == "":
            raise UsageError("口令是空的")
        found = ask(data, DRAFTS, ShowDrafts(clerk=clerk, password=password))
        if as_json:
            print_json(to_json(found))
            return
        _show("没交出去的草稿", found.open)
        _show("回收站", found.bin)

    return drafts


def _show(heading: str, found: "Sequence[DraftShown]") -> None:
    from runtime.web.words import moment

    click.echo(f"{heading}：{len(found)} 份")
    for one in found:
        words = (
            one.problem or f"{one.name} {one.who or '（没有写姓名）'}（{'、'.join(one.clerks)}）"
        )
        click.echo(f"  {one.application[:8]} {moment(one.saved_ms)} {words}")
