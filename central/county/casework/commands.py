"""``yizhan-county cases|case-list|files|publicity`` (docs/operations.md)."""

from functools import partial
from pathlib import Path

import click

from central.county.casework.calls import (
    CASES,
    FILES,
    LIST_CASES,
    PUBLICITY,
    STATES_ASKED,
    AskPublicity,
    Case,
    CaseLine,
    CaseLines,
    Cases,
    Files,
    FileState,
    ListCases,
)
from protocol.catalogue.terms import OUTCOMES, STATES
from protocol.json_values import to_json
from protocol.records.followups_words import SUBJECT_WORDS
from protocol.records.publicity import WindowUnit
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import FOLDER, data_argument, json_option, print_json
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask

_FILES = {FileState.WHOLE: "完好", FileState.WAITING: "尚未到齐", FileState.DAMAGED: "已损坏"}
_MINUTE = "%Y-%m-%d %H:%M"
_UNITS = {WindowUnit.DAYS: "天", WindowUnit.WORKING_DAYS: "个工作日"}


def case_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county."""
    return [make(ask) for make in (_cases, _list, _files, _publicity)]


def _cases(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @json_option
    def cases(data: Path, *, as_json: bool) -> None:
        """List all cases."""
        found: list[Case] = []
        while page := ask(data, CASES, Cases(after=found[-1].case if found else "")):
            found += page  # page by page, so that no answer outgrows the control socket
        if as_json:
            print_json(to_json(found))
            return
        columns = (
            *("办件编号", "预发编号", "事项", "申请人", "村站", "状态", "附件"),
            "补正的办件",
        )
        rows = [
            (
                case.case,
                case.number or "—",
                f"{case.item} {case.title}".rstrip(),
                case.applicant or "—",
                case.name or case.station,
                _state(case),
                len(case.attachments),
                case.corrects or "—",
            )
            for case in found
        ]
        print_table(columns, rows)

    return cases


def _list(ask: Ask) -> click.Command:
    @click.command(name="case-list")
    @data_argument
    @click.option("--state", type=click.Choice(STATES_ASKED), help="open: no decision yet.")
    @click.option("--item", default="", help="Of this item.")
    @click.option("--hub", default="", help="Of the stations of this township: its node id.")
    @click.option("--name", default="", help="Whose applicant's name has this in it.")
    @json_option
    def case_list(
        data: Path, *, state: str | None, item: str, hub: str, name: str, as_json: bool
    ) -> None:
        """List cases without their contents, newest first."""
        lines: list[CaseLine] = []
        wanted = partial(ListCases, state=state or "", item=item, hub=hub, name=name)
        page = CaseLines(cases=(), more="")
        while not lines or page.more:
            page = ask(data, LIST_CASES, wanted(after=page.more))
            lines += page.cases
            if not page.cases:
                break
        if as_json:
            print_json(to_json(lines))
            return
        columns = ("办件编号", "收到", "事项", "申请人", "村站", "状态", "后续")
        print_table(columns, [_row(one) for one in lines])

    return case_list


def _row(one: CaseLine) -> tuple[str, ...]:
    return (
        one.case,
        local_time(one.received_ms).strftime(_MINUTE),
        one.title or one.item,
        one.applicant or "—",
        one.name or one.station,
        _state(one),
        "、".join(SUBJECT_WORDS.get(about, about) for about in one.follow_ups) or "—",
    )


def _files(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option(
        "--to",
        "folder",
        required=True,
        type=FOLDER,
        help="A folder; names in it are never overwritten.",
    )
    @click.option(
        "--all", "everything", is_flag=True, help="Also of what followed, and of the decision."
    )
    @json_option
    def files(data: Path, case: str, *, folder: Path, everything: bool, as_json: bool) -> None:
        """Write the attachments of CASE into a folder; CASE may be the id of what followed."""
        wanted = Files(case=case, folder=folder.absolute(), everything=everything)
        written = ask(data, FILES, wanted)
        if as_json:
            print_json(to_json(written))
            return
        if not written:
            click.echo("这件没有附件。", err=True)
            return
        columns = ("材料", "文件", "状态", "位置")
        rows = [(f.material, f.name, _FILES[f.state], f.path or "") for f in written]
        print_table(columns, rows)

    return files


def _publicity(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--days", default=0, help="Days that it hangs; left out: as the item says.")
    @json_option
    def publicity(data: Path, case: str, *, days: int, as_json: bool) -> None:
        """Ask the village of CASE to put up a poster before the decision."""
        asked = ask(data, PUBLICITY, AskPublicity(case=identifier(case), days=days))
        said = [one_line(f"  {one.label}：{one.text}") for one in asked.poster.lines]
        unit = _UNITS[asked.poster.unit]
        words = [f"{asked.case} {asked.poster.title}，公示 {asked.poster.days} {unit}：", *said]
        answer(to_json(asked), "\n".join(words), as_json=as_json)

    return publicity


def _state(case: Case | CaseLine) -> str:
    state, outcome = STATES[case.state], OUTCOMES.get(case.outcome or "", "")
    return f"{state}（{outcome}）" if outcome and outcome != state else state
