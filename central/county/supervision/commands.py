"""``yizhan-county supervision``: cards and counts (docs/clocks.md, "Cards")."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from central.county.supervision import calls
from central.county.supervision.words import (
    APPEAL_WORDS,
    KIND_WORDS,
    LIGHTS,
    RUNGS,
    STATE_WORDS,
)
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import FILE, data_argument, json_option, print_json, read_text
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask, Nothing
from runtime.disk.files import write_new

_MINUTE = "%Y-%m-%d %H:%M"
_RULES_BYTES = 64 * 1024
_words = click.option("--words", required=True, help="What is said, for the record.")
_by = click.option("--as", "by", default="", help="The account in whose name it is said.")
_card = click.argument("card", type=click.IntRange(min=1))
_month = click.option("--month", default="", help="As 2027-01; without it the present one.")


def supervision_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def supervision() -> None:
        """Cards that late and wrong cases were given, and what was said to them."""

    made: Sequence[Callable[[Ask], click.Command]] = (
        *(_list, _show, _overview, _export, _rules, _yellow),
        *(_said(kind) for kind in _SAYINGS),
    )
    for make in made:
        supervision.add_command(make(ask))
    return supervision


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @click.option("--state", type=click.Choice([*STATE_WORDS]), default=None, help="Only these.")
    @click.option("--rung", type=click.Choice([*RUNGS]), default=None, help="Only these.")
    @click.option("--department", default="", help="Only this one's.")
    @_month
    @click.option("--before", default=0, help="Go on behind this card.")
    @json_option
    def list_cards(
        data: Path,
        *,
        state: str | None,
        rung: str | None,
        department: str,
        month: str,
        before: int,
        as_json: bool,
    ) -> None:
        """List the cards, the newest first."""
        wanted = calls.ListCards(
            state=state or "", rung=rung or "", department=department, month=month, before=before
        )
        found = ask(data, calls.LIST, wanted)
        if as_json or not found.cards:
            answer(to_json(found), "没有督办。", as_json=as_json)
            return
        heads = ("监察编号", "等级", "办件", "内容", "部门", "时间", "状态")
        print_table(heads, [_row(one) for one in found.cards])
        if found.more:
            click.echo(f"还有更多：--before {found.more}")

    return list_cards


def _row(card: calls.CardShown) -> Sequence[str]:
    state = STATE_WORDS[card.state] + (f"，{APPEAL_WORDS[card.appeal]}" if card.appeal else "")
    return (
        str(card.card),
        RUNGS[card.rung],
        card.case,
        card.words,
        " ".join(filter(None, (card.department, card.post))),
        f"{local_time(card.given_ms):{_MINUTE}}",
        state,
    )


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_card
    @json_option
    def show(data: Path, card: int, *, as_json: bool) -> None:
        """Show one CARD with all that was said to it."""
        _told(ask(data, calls.SHOW, calls.ShowCard(card=card)), as_json=as_json)

    return show


def _told(card: calls.CardShown, *, as_json: bool) -> None:
    said = [
        f"{local_time(one.at_ms):{_MINUTE}}  {one.by}  {KIND_WORDS[one.kind]}：{one.words}"
        for one in card.said
    ]
    lines = ["  ".join(_row(card)), *said]
    answer(to_json(card), "\n".join(map(one_line, lines)), as_json=as_json)


_SAYINGS = {
    "reply": ("replied", "Answer a CARD: why, and what was done."),
    "verify": ("verified", "Say that the answer to a CARD is good."),
    "return": ("returned", "Say that the answer to a CARD is not good: it is open again."),
    "appeal": ("appealed", "Object to a CARD; it stays where it is."),
    "uphold": ("upheld", "Say that an appeal is right; the card stays, and says so."),
    "reject": ("rejected", "Say that an appeal is not right."),
}


def _said(name: str) -> Callable[[Ask], click.Command]:
    kind, told = _SAYINGS[name]

    def make(ask: Ask) -> click.Command:
        @click.command(name=name, help=told)
        @data_argument
        @_card
        @_words
        @_by
        @json_option
        def say(data: Path, card: int, words: str, by: str, *, as_json: bool) -> None:
            wanted = calls.SayToCard(card=card, kind=kind, words=words, by=by)
            _told(ask(data, calls.SAY, wanted), as_json=as_json)

        return say

    return make


def _overview(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_month
    @json_option
    def overview(data: Path, month: str, *, as_json: bool) -> None:
        """Count lights now, cards of a month, and what each rule gave in seven days."""
        found = ask(data, calls.OVERVIEW, calls.ShowOverview(month=month))
        if as_json:
            print_json(to_json(found))
            return
        click.echo("  ".join(f"{LIGHTS[name]} {count}" for name, count in found.lights.items()))
        heads = (f"{found.month} 部门", "岗位", "等级", "件数", "申诉成立")
        print_table(
            heads,
            [
                (one.department, one.post, RUNGS[one.rung], str(one.count), str(one.upheld))
                for one in found.given
            ],
        )
        rows = [(one.word, RUNGS[one.rung], str(one.count)) for one in found.fired]
        print_table(("规则", "等级", "七天内"), rows)

    return overview


def _export(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--month", required=True, help="As 2027-01.")
    @click.option("--to", "target", type=FILE, help="A new file, CSV.")
    @json_option
    def export(data: Path, month: str, target: Path | None, *, as_json: bool) -> None:
        """Write the cards of a month as the national table has them (GB/T 39046 table 11)."""
        found = ask(data, calls.EXPORT, calls.ExportCards(month=month))
        text = io.StringIO()
        csv.writer(text).writerows([found.columns, *found.rows])
        if target:
            write_new(target, text.getvalue().encode("utf-8-sig"))
        answer(to_json(found), "" if target else text.getvalue().rstrip(), as_json=as_json)

    return export


def _rules(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--set", "file", type=FILE, help="A file of other rules, as --json writes them.")
    @click.option("--usual", is_flag=True, help="Let the usual rules count again.")
    @json_option
    def rules(data: Path, file: Path | None, *, usual: bool, as_json: bool) -> None:
        """Show the rules that count, or let others count."""
        if file or usual:
            text = read_text(file, _RULES_BYTES) if file else ""
            found = ask(data, calls.SET_RULES, calls.SetRules(rules=text))
        else:
            found = ask(data, calls.SHOW_RULES, Nothing())
        if as_json:
            print_json(to_json(found.rules))
            return
        rows = [
            (
                str(one["id"]),
                str(one["word"]),
                "、".join(RUNGS[str(at["rung"])] for at in one["rungs"]),
            )
            for one in found.rules
        ]
        print_table(("编号", "规则", "等级"), rows)

    return rules


def _yellow(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--percent", type=int, help="So many percent of a limit are left, or fewer.")
    @click.option("--least", type=int, help="So many days or hours are left, whatever the share.")
    @click.option("--short", type=int, help="A limit of so many or fewer is never yellow.")
    @click.option("--usual", is_flag=True, help="As usual again.")
    @json_option
    def yellow(
        data: Path,
        *,
        percent: int | None,
        least: int | None,
        short: int | None,
        usual: bool,
        as_json: bool,
    ) -> None:
        """Show when a light becomes yellow, or let it begin at another time."""
        wanted = calls.SetYellow(percent=percent, least=least, short=short, usual=usual)
        changes = usual or (percent, least, short) != (None, None, None)
        found = (
            ask(data, calls.SET_YELLOW, wanted)
            if changes
            else ask(data, calls.SHOW_YELLOW, Nothing())
        )
        words = (
            f"剩余不超过期限的 {found.percent}%，或不超过 {found.least} 天（时）时亮黄灯；"
            f"期限不超过 {found.short} 天（时）的不亮黄灯"
        )
        answer(to_json(found), words, as_json=as_json)

    return yellow
