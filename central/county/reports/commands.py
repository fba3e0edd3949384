"""``yizhan-county report``: monthly reports that never change (docs/reports.md)."""

from pathlib import Path

import click

from central.county.reports import calls
from central.county.reports.export import csv_of
from central.county.reports.words import COLUMNS, DIMENSIONS
from central.county.supervision.words import LIGHTS
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import FILE, data_argument, json_option, print_json
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask, Nothing
from runtime.disk.files import write_new

_MINUTE = "%Y-%m-%d %H:%M"
_month = click.option("--month", required=True, help="As 2027-01.")


def report_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def report() -> None:
        """Monthly reports: made once the month has ended, and never changed."""

    for make in (_make, _list, _show):
        report.add_command(make(ask))
    return report


def _make(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_month
    @click.option("--reason", default="", help="Why the last edition is put right by another.")
    @json_option
    def make(data: Path, month: str, reason: str, *, as_json: bool) -> None:
        """Make the report of a month that has ended."""
        wanted = calls.MakeReport(month=identifier(month), reason=reason)
        made = ask(data, calls.MAKE, wanted)
        text = f"{made.month} 第 {made.edition} 版\nSHA-256 {made.sha256}"
        answer(to_json(made), text, as_json=as_json)

    return make


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_reports(data: Path, *, as_json: bool) -> None:
        """List every edition, the newest month first."""
        found = ask(data, calls.LIST, Nothing())
        if as_json or not found.reports:
            answer(to_json(found), "还没有月报。", as_json=as_json)
            return
        rows = [
            (
                one.month,
                str(one.edition),
                f"{local_time(one.made_ms):{_MINUTE}}",
                one.by,
                one.sha256[:16],
                one.reason,
            )
            for one in found.reports
        ]
        print_table(("月份", "版", "生成时间", "生成人", "摘要", "更正理由"), rows)

    return list_reports


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_month
    @click.option("--edition", type=click.IntRange(min=1), default=None, help="Not the newest.")
    @click.option("--to", "target", type=FILE, help="A new file: .csv, or the signed bytes.")
    @json_option
    def show(
        data: Path, month: str, edition: int | None, target: Path | None, *, as_json: bool
    ) -> None:
        """Show the report of a month, after its signature was checked."""
        wanted = calls.ShowReport(month=identifier(month), edition=edition or 0)
        found = ask(data, calls.SHOW, wanted)
        if target:
            is_csv = target.suffix.lower() == ".csv"
            write_new(target, csv_of(found.body) if is_csv else found.text.encode())
        if as_json:
            print_json({"line": to_json(found.line), "body": found.body})
            return
        _print(found)

    return show


def _print(found: calls.ReportShown) -> None:
    body = found.body
    click.echo(f"{body['county']['name']} {found.line.month} 第 {found.line.edition} 版")
    click.echo("  ".join(f"{LIGHTS[name]} {count}" for name, count in body["lights"].items()))
    for by, word in DIMENSIONS.items():
        rows = [(one["name"], *(str(one[name]) for name in COLUMNS)) for one in body[by]["lines"]]
        print_table((word, *COLUMNS.values()), rows)
