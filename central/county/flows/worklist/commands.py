"""``yizhan-county work`` (docs/casework.md, "The work list")."""

from pathlib import Path

import click

from central.county.flows.words import state_word
from central.county.flows.worklist.calls import WHOSE, WORK, ListWork, WorkLine
from central.county.supervision.words import LIGHTS
from protocol.casework.states import State
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask


def work_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @click.option("--as", "by", default="", help="The account whose list it is; else all cases.")
    @click.option("--whose", type=click.Choice(WHOSE), default="all", help="Taken on by whom.")
    @click.option("--light", type=click.Choice([*LIGHTS]), default=None, help="Only these.")
    @click.option("--state", type=click.Choice([*State]), default=None, help="Only these.")
    @click.option("--item", default="", help="Only those of this item, by its id.")
    @click.option("--department", default="", help="Only this one's.")
    @click.option("--holder", default="", help="Only what this account has taken on.")
    @click.option("--after", default="", help="Go on behind this place.")
    @json_option
    def work(
        data: Path,
        *,
        by: str,
        whose: str,
        light: str | None,
        state: str | None,
        item: str,
        department: str,
        holder: str,
        after: str,
        as_json: bool,
    ) -> None:
        """List the open cases, the most urgent first."""
        wanted = ListWork(
            by=by,
            whose=whose,
            light=light or "",
            state=state or "",
            item=item,
            department=department,
            holder=holder,
            after=after,
        )
        found = ask(data, WORK, wanted)
        if as_json or not found.cases:
            answer(to_json(found), "没有要办的件。", as_json=as_json)
            return
        heads = ("办件编号", "事项", "期限", "灯", "状态", "岗位", "接办人")
        print_table(heads, [_row(one) for one in found.cases])
        if found.more:
            click.echo(f"还有更多：--after {found.more}")

    return work


def _row(one: WorkLine) -> tuple[str, ...]:
    return (
        one.case,
        one.title,
        one.due or "—",
        LIGHTS.get(one.light, one.light),
        state_word(one.state),
        f"{one.department} {one.post}".strip() or "—",
        one.holder or "—",
    )
