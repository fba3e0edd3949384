"""``yizhan-county cases|case-list|case|files|decide|document|publicity`` (docs/operations.md)."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from central.county.casework.calls import (
    CASES,
    DECIDE,
    DOCUMENT,
    FILES,
    LIST_CASES,
    OPEN,
    PUBLICITY,
    SHOW_CASE,
    AskPublicity,
    Case,
    CaseLine,
    CaseLines,
    Cases,
    CaseShown,
    Decide,
    Files,
    FileState,
    IssueDocument,
    ListCases,
    ShowCase,
)
from central.county.casework.fields import read_faults_file
from protocol.catalogue.terms import OUTCOMES, STATES
from protocol.envelope.payloads import Outcome
from protocol.json_values import to_json
from protocol.records.followups_words import SUBJECT_WORDS
from protocol.records.publicity import WindowUnit
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import FILE, FOLDER, PATH, data_argument, json_option, print_json
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask

_FILES = {FileState.WHOLE: "完好", FileState.WAITING: "尚未到齐", FileState.DAMAGED: "已损坏"}
_MINUTE = "%Y-%m-%d %H:%M"
_UNITS = {WindowUnit.DAYS: "天", WindowUnit.WORKING_DAYS: "个工作日"}


def case_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county."""
    made: Sequence[Callable[[Ask], click.Command]] = (
        *(_cases, _list, _one, _files, _decide),
        *(_document, _publicity),
    )
    return [make(ask) for make in made]


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
    states = [OPEN, "received", "complete", "returned", "decided"]

    @click.command(name="case-list")
    @data_argument
    @click.option("--state", type=click.Choice(states), help="open: no decision yet.")
    @click.option("--item", default="", help="Of this item.")
    @click.option("--hub", default="", help="Of the stations of this township: its node id.")
    @click.option("--name", default="", help="Whose applicant's name begins like this.")
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


def _one(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @json_option
    def case(data: Path, case: str, *, as_json: bool) -> None:
        """Show all of one CASE; that somebody looked stands in the audit record."""
        found = ask(data, SHOW_CASE, ShowCase(case=case))
        if as_json:
            print_json(to_json(found))
            return
        for line in _told(found):
            click.echo(one_line(line))

    return case


def _told(found: CaseShown) -> list[str]:
    case = found.case
    lines = [
        f"办件 {case.case}  {_state(case)}",
        f"事项 {case.item} {case.title}".rstrip(),
        f"申请人 {case.applicant or '—'}  村站 {case.name or case.station}",
        f"收到 {local_time(case.received_ms):{_MINUTE}}  附件 {len(case.attachments)} 个",
    ]
    lines += [f"由办件 {number} 补正或取代" for number in found.answered_by]
    for one in case.follow_ups:
        at = local_time(one.received_ms).strftime(_MINUTE)
        lines.append(f"{SUBJECT_WORDS.get(one.about, one.about)} {at}  {one.follow_up}")
    return lines


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


def _decide(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option(
        "--outcome",
        required=True,
        type=click.Choice([o.value for o in Outcome]),
        help="approved, refused or correction: what became of it.",
    )
    @click.option("--note", default="", help="What the citizen reads.")
    @click.option("--attach", multiple=True, type=PATH, help="A file to send.")
    @click.option(
        "--fields", type=FILE, help="JSON: what is to be corrected in which field or page."
    )
    @click.option("--until", default="", help="Of a correction: the last day for it.")
    @json_option
    def decide(
        data: Path,
        case: str,
        *,
        outcome: str,
        note: str,
        attach: Sequence[Path],
        fields: Path | None,
        until: str,
        as_json: bool,
    ) -> None:
        """Decide CASE (a case number or application id); the result travels down."""
        files = [path.absolute() for path in attach]
        faults = read_faults_file(fields) if fields else ()
        wanted = Decide(
            case=case,
            outcome=Outcome(outcome),
            note=note,
            attach=files,
            faults=faults,
            until=identifier(until),
        )
        decided = ask(data, DECIDE, wanted)
        words = f"{decided.case} {OUTCOMES[decided.outcome.value]}"
        answer(to_json(decided), words, as_json=as_json)

    return decide


def _document(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--name", required=True, help="What the document is called.")
    @click.option("--note", default="", help="What the citizen reads.")
    @click.option("--days", default=0, help="Working days in which the citizen must be told.")
    @click.option("--attach", multiple=True, type=PATH, help="A file that goes with it.")
    @json_option
    def document(
        data: Path,
        case: str,
        *,
        name: str,
        note: str,
        days: int,
        attach: Sequence[Path],
        as_json: bool,
    ) -> None:
        """Send a document of one step of CASE to its village; it decides nothing."""
        files = [path.absolute() for path in attach]
        wanted = IssueDocument(case=identifier(case), name=name, note=note, days=days, attach=files)
        issued = ask(data, DOCUMENT, wanted)
        answer(to_json(issued), f"{issued.case} {name}", as_json=as_json)

    return document


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
