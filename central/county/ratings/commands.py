"""``yizhan-county ratings``: bad ratings, and sums of all (docs/ratings.md)."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from central.county.ratings import calls
from central.county.ratings.words import (
    ANSWERS,
    CALLS,
    DETAILS,
    DIMENSIONS,
    FINDINGS,
    LEVELS,
    LIGHTS,
    STATES,
    STEPS,
)
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import FILE, data_argument, json_option, print_json
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask, Nothing
from runtime.disk.files import write_new

_MINUTE = "%Y-%m-%d %H:%M"
_case = click.argument("case")
_words = click.option("--words", required=True, help="What was said, or done.")
_by = click.option("--as", "by", default="", help="The account in whose name it is done.")


def ratings_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def ratings() -> None:
        """Bad ratings that are to be called back, and sums of all ratings."""

    made: Sequence[Callable[[Ask], click.Command]] = (
        *(_list, _show, _take, _sums, _limits),
        *(_said(name) for name in _SAYINGS),
    )
    for make in made:
        ratings.add_command(make(ask))
    return ratings


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @click.option("--state", type=click.Choice([*STATES]), default=None, help="Only these.")
    @click.option("--department", default="", help="Only this one's.")
    @click.option("--overdue", is_flag=True, help="Only those past their day.")
    @click.option("--after", default="", help="Go on behind this one.")
    @json_option
    def list_callbacks(
        data: Path,
        *,
        state: str | None,
        department: str,
        overdue: bool,
        after: str,
        as_json: bool,
    ) -> None:
        """List bad ratings that are not closed, the oldest first."""
        wanted = calls.ListCallbacks(
            state=state or "", department=department, overdue=overdue, after=after
        )
        found = ask(data, calls.LIST, wanted)
        if as_json or not found.callbacks:
            answer(to_json(found), "没有要回访的差评。", as_json=as_json)
            return
        heads = ("办件", "评价", "部门", "来时", "期限", "灯", "状态", "接办")
        print_table(heads, [_row(one) for one in found.callbacks])
        click.echo(f"未办结 {found.open} 件，逾期 {found.overdue} 件")
        if found.more:
            click.echo(f"还有更多：--after {found.more}")

    return list_callbacks


def _row(one: calls.CallbackShown) -> Sequence[str]:
    return (
        one.case,
        LEVELS[one.level],
        one.department,
        f"{local_time(one.rated_ms):{_MINUTE}}",
        one.due,
        LIGHTS.get(one.light, ""),
        STATES[one.state],
        one.holder,
    )


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @json_option
    def show(data: Path, case: str, *, as_json: bool) -> None:
        """Show the bad rating of CASE, and what was done about it."""
        wanted = calls.ShowCallback(case=identifier(case))
        _told(ask(data, calls.SHOW, wanted), as_json=as_json)

    return show


def _told(one: calls.CallbackShown, *, as_json: bool) -> None:
    lines = ["  ".join(_row(one)), f"评价人说：{one.words or '没有写'}"]
    lines += [
        f"{local_time(step.at_ms):{_MINUTE}}  {step.by}  {STEPS[step.kind]}"
        f"{_detail(step)}：{step.words}"
        for step in one.steps
    ]
    if one.missing:
        lines.append(f"办结前还要：{'、'.join(one.missing)}")
    answer(to_json(one), "\n".join(map(one_line, lines)), as_json=as_json)


def _detail(step: calls.Step) -> str:
    return f"（{DETAILS[step.kind][step.detail]}）" if step.detail else ""


def _take(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_case
    @_by
    @json_option
    def take(data: Path, case: str, by: str, *, as_json: bool) -> None:
        """Take the bad rating of CASE on."""
        wanted = calls.DoCallback(case=identifier(case), kind="taken", by=by)
        _told(ask(data, calls.DO, wanted), as_json=as_json)

    return take


_SAYINGS = {
    "return": ("returned", "Give the bad rating of CASE back: anybody may take it."),
    "call": ("called", "Note one call to whoever rated CASE badly."),
    "find": ("found", "Say what looking into the rating of CASE found."),
    "mend": ("mended", "Say how what was wrong with CASE was mended."),
    "answer": ("answered", "Say what whoever rated CASE was answered."),
    "close": ("closed", "Close the bad rating of CASE."),
}
_CHOICES = {
    "called": ("--reached", CALLS, "Whether anybody was reached."),
    "found": ("--finding", FINDINGS, "What was found."),
    "answered": ("--way", ANSWERS, "By which way."),
}


def _said(name: str) -> Callable[[Ask], click.Command]:
    kind, told = _SAYINGS[name]

    def make(ask: Ask) -> click.Command:
        @click.command(name=name, help=told)
        @data_argument
        @_case
        @_words
        @_by
        @json_option
        def say(
            data: Path, case: str, words: str, by: str, *, as_json: bool, detail: str = ""
        ) -> None:
            wanted = calls.DoCallback(
                case=identifier(case), kind=kind, detail=detail, words=words, by=by
            )
            _told(ask(data, calls.DO, wanted), as_json=as_json)

        return _with_choice(say, kind)

    return make


def _with_choice(command: click.Command, kind: str) -> click.Command:
    """The same, with the option by which its step says more than words."""
    if kind in _CHOICES:
        name, choices, told = _CHOICES[kind]
        option = click.Option(
            [name, "detail"], type=click.Choice([*choices]), required=True, help=told
        )
        command.params.append(option)
    return command


def _sums(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--by", type=click.Choice([*DIMENSIONS]), default="item", help="Summed by this.")
    @click.option("--month", default="", help="The first, as 2027-01; without it the present one.")
    @click.option("--until", default="", help="The last; without it the first.")
    @click.option("--to", "target", type=FILE, help="A new file, CSV.")
    @json_option
    def sums(
        data: Path, by: str, month: str, until: str, target: Path | None, *, as_json: bool
    ) -> None:
        """Sum up the ratings of cases that were done in some months."""
        wanted = calls.ShowSums(by=by, month=month, until=until)
        found = ask(data, calls.SUMS, wanted)
        heads = (DIMENSIONS[by], "可评", "已评", "评价率", "满意率", *LEVELS.values(), "不计")
        rows = [_line(one) for one in (*found.sums, found.whole)]
        if target:
            text = io.StringIO()
            csv.writer(text).writerows([heads, *rows])
            write_new(target, text.getvalue().encode("utf-8-sig"))
        if as_json:
            print_json(to_json(found))
            return
        print_table(heads, rows)

    return sums


def _line(one: calls.Sum) -> Sequence[str]:
    if one.rated is None:
        return (one.name or "合计", str(one.done), "少于 5", *[""] * (len(LEVELS) + 3))
    return (
        one.name or "合计",
        str(one.done),
        str(one.rated),
        _share(one.response),
        _share(one.satisfied),
        *map(str, one.levels or ()),
        str(one.excluded),
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1f}%"


def _limits(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--call", default="", help="Until the citizen is reached, as 5wd.")
    @click.option("--close", default="", help="Until it is closed, as 15wd.")
    @click.option("--usual", is_flag=True, help="Let the usual limits count again.")
    @json_option
    def limits(data: Path, call: str, close: str, *, usual: bool, as_json: bool) -> None:
        """Show the limits of bad ratings, or let others count for what comes from now on."""
        if call or close or usual:
            wanted = calls.SetLimits(call="" if usual else call, close="" if usual else close)
            found = ask(data, calls.SET_LIMITS, wanted)
        else:
            found = ask(data, calls.SHOW_LIMITS, Nothing())
        text = f"回访：{found.words['call']}；办结：{found.words['close']}"
        answer(to_json(found), text, as_json=as_json)

    return limits
