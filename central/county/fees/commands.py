"""``yizhan-county pay`` and ``fee-day`` (docs/fees.md, "At the county")."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click

from central.county.fees import calls
from central.county.fees.words import KINDS, STATES
from protocol.json_values import to_json
from protocol.text import identifier
from runtime.cli.command import FILE, data_argument, json_option, print_json
from runtime.cli.fees import read_facts_file
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask
from runtime.disk.files import write_new

_case = click.argument("case")
_by = click.option("--as", "by", default="", help="The account in whose name it is done.")
_words = click.option("--words", required=True, help="Why, for the record.")


def fee_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def pay() -> None:
        """The fee of a case: notice, payment, relief, refund."""

    for make in (_show, _notice, _print, _record, _relief, _refund, _unpaid):
        pay.add_command(make(ask))
    return [pay, _day(ask)]


def _told(fee: calls.FeeShown, *, as_json: bool) -> None:
    lines = [f"{fee.case} {fee.item}：{STATES[fee.state]}"]
    if fee.total:
        lines.append(f"应缴 {fee.total} 元，实收 {fee.paid} 元")
    for one in fee.entries:
        lines.append(f"{one.n}. {one.day} {KINDS[one.kind]} {one.yuan} 元 {one.number} {one.by}")
        if one.sheet:
            lines += [f"     {step.words}：{step.yuan} 元" for step in one.sheet.steps]
    answer(to_json(fee), "\n".join(map(one_line, lines)), as_json=as_json)


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @json_option
    def show(data: Path, case: str, *, as_json: bool) -> None:
        """Show what CASE costs, and each entry of its fee."""
        _told(ask(data, calls.SHOW, calls.ShowFee(case=identifier(case))), as_json=as_json)

    return show


def _notice(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @click.option("--facts", type=FILE, help="JSON: what the rule asks and the form does not tell.")
    @_by
    @json_option
    def notice(data: Path, case: str, facts: Path | None, by: str, *, as_json: bool) -> None:
        """Compute the fee of CASE from its form, and freeze the sheet."""
        more = read_facts_file(facts) if facts else {}
        wanted = calls.Notice(case=identifier(case), facts=more, by=by)
        _told(ask(data, calls.NOTICE, wanted), as_json=as_json)

    return notice


def _print(ask: Ask) -> click.Command:
    @click.command(name="print")
    @data_argument
    @_case
    @_by
    @json_option
    def print_notice(data: Path, case: str, by: str, *, as_json: bool) -> None:
        """Send the payment notice of CASE to its village as a PDF."""
        wanted = calls.PrintNotice(case=identifier(case), by=by)
        _told(ask(data, calls.PRINT, wanted), as_json=as_json)

    return print_notice


def _record(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @click.option("--payer", default="", help="Who paid; without it the applicant.")
    @_by
    @json_option
    def record(data: Path, case: str, payer: str, by: str, *, as_json: bool) -> None:
        """Note that the fee of CASE was paid; it gets the next ticket."""
        wanted = calls.RecordPayment(case=identifier(case), payer=payer, by=by)
        _told(ask(data, calls.RECORD, wanted), as_json=as_json)

    return record


def _relief(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @click.option("--evidence", required=True, help="The material that proves it.")
    @_by
    @json_option
    def relief(data: Path, case: str, evidence: str, by: str, *, as_json: bool) -> None:
        """Approve that CASE pays less, as the rule says of this evidence."""
        wanted = calls.Relief(case=identifier(case), evidence=identifier(evidence), by=by)
        _told(ask(data, calls.RELIEF, wanted), as_json=as_json)

    return relief


def _refund(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @_words
    @_by
    @json_option
    def refund(data: Path, case: str, words: str, by: str, *, as_json: bool) -> None:
        """Pay back what CASE paid, or paid too much, by a red ticket."""
        wanted = calls.Refund(case=identifier(case), words=words, by=by)
        _told(ask(data, calls.REFUND, wanted), as_json=as_json)

    return refund


def _unpaid(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @_words
    @_by
    @json_option
    def unpaid(data: Path, case: str, words: str, by: str, *, as_json: bool) -> None:
        """Wait no longer for the payment of CASE."""
        wanted = calls.Unpaid(case=identifier(case), words=words, by=by)
        _told(ask(data, calls.UNPAID, wanted), as_json=as_json)

    return unpaid


def _day(ask: Ask) -> click.Command:
    @click.command(name="fee-day")
    @data_argument
    @click.option("--day", default="", help="As 2027-01-31; without it today.")
    @click.option("--to", "target", type=FILE, help="A new file, CSV: the national table.")
    @json_option
    def fee_day(data: Path, day: str, target: Path | None, *, as_json: bool) -> None:
        """Sum up the fees of a day, and say what does not fit (GB/T 39046 table 14)."""
        found = ask(data, calls.DAY, calls.ShowDay(day=identifier(day)))
        if target:
            text = io.StringIO()
            csv.writer(text).writerows([found.columns, *found.rows])
            write_new(target, text.getvalue().encode("utf-8-sig"))
        if as_json:
            print_json(to_json(found))
            return
        print_table((f"{found.day}", "笔数", "金额（元）"), _sums(found))
        tickets = found.tickets
        click.echo(
            f"票据：发放 {tickets.issued}，已用 {tickets.used}，作废 {tickets.voided}，"
            f"剩余 {tickets.remaining}；票面合计 {tickets.yuan} 元，实收 {tickets.held} 元"
        )
        click.echo("\n".join(map(one_line, found.differences)) or "没有差异。")

    return fee_day


def _sums(found: calls.DayShown) -> Sequence[Sequence[str]]:
    named = (
        ("缴费通知", found.notices),
        ("缴费", found.paid),
        ("减免", found.relief),
        ("退款", found.refunds),
        ("未缴", found.unpaid),
    )
    return [(words, str(one.count), one.yuan) for words, one in named]
