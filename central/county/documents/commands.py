"""``yizhan-county document|documents`` (docs/operations.md, docs/documents.md)."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from central.county.casework.answers.document_state import (
    DUE,
    SEALED,
    STAMPED,
    WAITING,
    DocumentState,
)
from central.county.casework.calls import DOCUMENT, IssueDocument
from central.county.documents.calls import (
    DOCUMENTS,
    FAULTS,
    MAKE,
    STAMP,
    STAMPS,
    TOLD,
    WRITE_PDF,
    CaseDocuments,
    FaultChoices,
    MakeDocument,
    Stamp,
    Stamps,
    Told,
    WritePdf,
)
from protocol.catalogue.templates.kinds import KIND_WORDS, DocumentKind
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.records.followups import Delivered, Way
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import (
    FILE,
    FOLDER,
    PATH,
    data_argument,
    json_option,
    print_json,
    read_text,
)
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask

_FACTS_BYTES = 256 * 1024
_SEALS = {SEALED: "电子印章", STAMPED: "已用印", WAITING: "待盖章", "": "—"}
_LATE = {"": "", "near": "将满", "over": "已过"}
_NOT_SENT = "未发出"


def document_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def documents() -> None:
        """Documents of a case: list, PDF, told, stamped."""

    made: Sequence[Callable[[Ask], click.Command]] = (
        _list,
        _pdf,
        _told,
        _stamped,
        _stamps,
        _faults,
    )
    for make in made:
        documents.add_command(make(ask))
    return [_document(ask), documents]


def _document(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--name", default="", help="What the document is called.")
    @click.option(
        "--template",
        type=click.Choice([kind.value for kind in DocumentKind]),
        help="Make its PDF from this template, with a number, and send that.",
    )
    @click.option("--facts", type=FILE, help="JSON: what the template says and the case does not.")
    @click.option("--fault", multiple=True, help="Of a correction: MATERIAL:CODE, or words.")
    @click.option("--note", default="", help="What the citizen reads.")
    @click.option("--days", default=0, help="Working days in which the citizen must be told.")
    @click.option("--attach", multiple=True, type=PATH, help="A file that goes with it.")
    @json_option
    def document(
        data: Path,
        case: str,
        *,
        name: str,
        template: str | None,
        facts: Path | None,
        fault: Sequence[str],
        note: str,
        days: int,
        attach: Sequence[Path],
        as_json: bool,
    ) -> None:
        """Send a document of one step of CASE to its village; it decides nothing."""
        files, case = [path.absolute() for path in attach], identifier(case)
        if template is None:
            _require_plain(name, facts, fault)
            plain = IssueDocument(case=case, name=name, note=note, days=days, attach=files)
            issued = ask(data, DOCUMENT, plain)
            answer(to_json(issued), f"{issued.case} {name}", as_json=as_json)
            return
        if name:
            raise UsageError("--template 自有名称，不要再写 --name")
        wanted = MakeDocument(
            case=case,
            kind=DocumentKind(template),
            facts=_facts(facts) if facts else {},
            faults=fault,
            note=note,
            days=days,
            attach=files,
        )
        sent = ask(data, MAKE, wanted)
        answer(to_json(sent), f"{sent.case} {sent.name}", as_json=as_json)

    return document


def _require_plain(name: str, facts: Path | None, faults: Sequence[str]) -> None:
    if not name:
        raise UsageError("要写 --name（文书名称），或 --template（按模板制作）")
    if facts or faults:
        raise UsageError("--facts、--fault 只和 --template 一起用")


def _facts(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_text(path, _FACTS_BYTES))
    except (ValueError, RecursionError):
        raise UsageError(f"{path} 不是 JSON") from None
    if not isinstance(found, dict):
        raise UsageError(f'{path} 应是一组事实：{{"理由": "…"}}')
    return found


def _list(ask: Ask) -> click.Command:
    @click.command("list")
    @data_argument
    @click.argument("case")
    @json_option
    def listed(data: Path, case: str, *, as_json: bool) -> None:
        """List the documents of CASE, with what became of each."""
        found = ask(data, DOCUMENTS, CaseDocuments(case=identifier(case)))
        if as_json:
            print_json(to_json(found))
            return
        columns = ("序号", "文书", "发出", "印章", "告知", "期限")
        print_table(columns, [_row(one) for one in found])

    return listed


def _row(one: DocumentState) -> tuple[object, ...]:
    first = one.told[0] if one.told else None
    held = f"：{one.waits}" if one.waits and one.waits != DUE else ""
    issued = local_time(one.issued_ms).strftime("%Y-%m-%d") if one.issued_ms else _NOT_SENT + held
    return (
        one.n or "—",
        one.name or one.number or (KIND_WORDS[DocumentKind(one.kind)] if one.kind else "—"),
        issued,
        _SEALS[one.seal],
        f"{first.person} {local_time(first.at_ms):%Y-%m-%d}" if first else "—",
        f"{one.due} {_LATE[one.late]}".strip() or "—",
    )


def _pdf(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.argument("document")
    @click.option("--to", type=FOLDER, required=True, help="A folder.")
    @json_option
    def pdf(data: Path, case: str, document: str, *, to: Path, as_json: bool) -> None:
        """Write the PDF of a document into a folder."""
        wanted = WritePdf(case=identifier(case), document=document, folder=to.absolute())
        written = ask(data, WRITE_PDF, wanted)
        answer(to_json(written), str(written.path), as_json=as_json)

    return pdf


def _told(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.argument("document")
    @click.option("--person", required=True, help="Who was told, or got it.")
    @click.option("--by", required=True, help="Who told.")
    @click.option(
        "--way",
        type=click.Choice([way.value for way in Way]),
        default=Way.TELEPHONE.value,
        show_default=True,
        help="How.",
    )
    @click.option("--handed-over", is_flag=True, help="The paper itself was handed over.")
    @click.option("--words", default="", help="What was said; by telephone it has to be noted.")
    @json_option
    def told(
        data: Path,
        case: str,
        document: str,
        *,
        person: str,
        by: str,
        way: str,
        handed_over: bool,
        words: str,
        as_json: bool,
    ) -> None:
        """Note that the county told somebody of a document, or handed it over."""
        wanted = Told(
            case=identifier(case),
            document=document,
            person=person,
            by=by,
            what=Delivered.HANDED_OVER if handed_over else Delivered.TOLD,
            way=Way(way),
            words=words,
        )
        state = ask(data, TOLD, wanted)
        answer(to_json(state), f"{state.name} 已登记", as_json=as_json)

    return told


def _stamped(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.argument("document")
    @click.option("--by", required=True, help="Who put the seal on the paper.")
    @json_option
    def stamped(data: Path, case: str, document: str, *, by: str, as_json: bool) -> None:
        """Note who put the seal on the paper of a document."""
        state = ask(data, STAMP, Stamp(case=identifier(case), document=document, by=by))
        answer(to_json(state), f"{state.name} 用印人 {state.sealed_by}", as_json=as_json)

    return stamped


def _stamps(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--from", "first", required=True, help="First day, as 2026-01-01.")
    @click.option("--to", "last", required=True, help="Last day.")
    @json_option
    def stamps(data: Path, *, first: str, last: str, as_json: bool) -> None:
        """The register of seals: documents that bear these days."""
        found = ask(data, STAMPS, Stamps(first=identifier(first), last=identifier(last)))
        if as_json:
            print_json(to_json(found))
            return
        columns = ("机关", "文书", "文号", "日期", "办件编号", "印章", "用印人或印章编号")
        rows = [
            (o.department, o.name, o.number, o.day, o.case, _SEALS[o.seal], o.sealed_by or "—")
            for o in found
        ]
        print_table(columns, rows)

    return stamps


def _faults(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @json_option
    def faults(data: Path, case: str, *, as_json: bool) -> None:
        """What is usually wrong with the papers of CASE, for --fault of a correction."""
        found = ask(data, FAULTS, FaultChoices(case=identifier(case)))
        if as_json:
            print_json(to_json(found))
            return
        rows = [(one.code, one.material, one.words) for one in found]
        print_table(("编号", "材料", "常见差错"), rows)

    return faults
