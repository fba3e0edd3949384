"""``yizhan-county find`` (docs/operations.md, "Finding a case")."""

import sys
from pathlib import Path

import click

from central.county.casework.calls import (
    LIST_CASES,
    REBUILD_INDEX,
    STATES_ASKED,
    CaseLine,
    CaseLines,
    ListCases,
    RebuildIndex,
)
from central.county.casework.finding.asked import typed
from protocol.catalogue.terms import STATES
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask

_STDIN = "-"


def find_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @click.argument("text", default="")
    @click.option("--last", default="", help="The last four of the identity number, as well.")
    @click.option("--village", default="", help="Part of its name, or how its code begins.")
    @click.option("--hub", default="", help="Of the stations of this township: its node id.")
    @click.option("--item", default="", help="Of this item.")
    @click.option("--state", type=click.Choice(STATES_ASKED), help="open: no decision yet.")
    @click.option("--since", default="", help="Received on this day or later: 2027-01-31.")
    @click.option("--until", default="", help="Received on this day or earlier.")
    @click.option("--after", default="", help="Go on behind this place.")
    @click.option("--rebuild", is_flag=True, help="Put the index right first.")
    @json_option
    def find(
        data: Path,
        *,
        text: str,
        last: str,
        village: str,
        hub: str,
        item: str,
        state: str | None,
        since: str,
        until: str,
        after: str,
        rebuild: bool,
        as_json: bool,
    ) -> None:
        """Find cases by number, name or identity number; TEXT -: read it from standard input."""
        if rebuild:
            wrong = ask(data, REBUILD_INDEX, RebuildIndex())
            if not any((text, last, village, hub, item, state, since, until)):
                answer(to_json(wrong), f"索引已核对，改正了 {wrong.wrong} 件。", as_json=as_json)
                return
        by = typed(sys.stdin.readline().strip() if text == _STDIN else text)
        wanted = ListCases(
            number=by.number,
            name=by.name,
            identity=by.identity,
            last=last,
            village=village,
            hub=hub,
            item=item,
            state=state or "",
            since=since,
            until=until,
            after=after,
        )
        if wanted == ListCases(after=after):
            raise UsageError("要写查什么：编号、姓名、身份证号码，或一个筛选条件")
        found = ask(data, LIST_CASES, wanted)
        if as_json or not found.cases:
            answer(to_json(found), "没有符合条件的办件。", as_json=as_json)
            return
        _print(found)

    return find


def _print(found: CaseLines) -> None:
    heads = ("办件编号", "收到", "事项", "申请人", "村站", "状态")
    print_table(heads, [_row(one) for one in found.cases])
    if found.more:
        click.echo(f"还有更多：--after {found.more}")


def _row(one: CaseLine) -> tuple[str, ...]:
    return (
        one.case,
        local_time(one.received_ms).strftime("%Y-%m-%d %H:%M"),
        one.title or one.item,
        one.applicant or "—",
        one.name or one.station,
        STATES[one.state],
    )
