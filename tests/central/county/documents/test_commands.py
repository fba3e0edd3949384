"""Commands of documents ask for what their options say, and nothing else is taken."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from central.accounts.roles import RIGHTS, StaffRole
from central.county.casework.answers.document_state import STAMPED
from central.county.casework.calls import Issued, IssueDocument
from central.county.documents.calls import (
    DocumentMade,
    FaultChoices,
    MakeDocument,
    Stamp,
    Stamps,
    Told,
    WritePdf,
)
from central.county.documents.commands import document_commands
from central.county.documents.operations import DocumentOperations
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.errors import LoginForbiddenError, UsageError
from protocol.records.followups import Delivered, Way
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.documents.test_making import correction, one_case, with_font

CASE = "451423-2026-XX000001"
MADE = DocumentMade(
    case=CASE, document=7, name="书", number="第 1 号", template=0, sha256="ab", sealed=""
)


def run(*argv: str) -> tuple[list[Any], str]:
    """What was asked for, and what was said."""
    asked: list[Any] = []

    def ask(_: Path, __: object, args: Any) -> Any:
        asked.append(args)
        return Issued(case=CASE, document=7) if isinstance(args, IssueDocument) else MADE

    group = click.Group(commands=document_commands(ask))  # type: ignore[arg-type]
    done = CliRunner().invoke(group, argv, catch_exceptions=False, standalone_mode=False)
    return asked, done.output


def test_without_a_template_a_document_is_what_it_was(tmp_path: Path) -> None:
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"x")
    argv = ("--name", "受理通知书", "--note", "好", "--days", "5", "--attach", str(paper))
    asked, said = run("document", str(tmp_path), CASE, *argv, "--json")
    wanted = IssueDocument(case=CASE, name="受理通知书", note="好", days=5, attach=[paper])
    assert asked == [wanted]
    assert json.loads(said) == {"case": CASE, "document": 7}


def test_with_a_template_facts_and_faults_go_along(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"补正期限": "2026-12-10"}', encoding="utf-8")
    argv = ("--template", "correction", "--facts", str(facts), "--fault", "a:b", "--fault", "话")
    asked, said = run("document", str(tmp_path), CASE, *argv, "--json")
    assert asked == [
        MakeDocument(
            case=CASE,
            kind=DocumentKind.CORRECTION,
            facts={"补正期限": "2026-12-10"},
            faults=("a:b", "话"),
            attach=[],
        )
    ]
    assert json.loads(said)["number"] == "第 1 号"


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("--name", "书", "--fault", "话"),
        ("--name", "书", "--template", "accepted"),
        ("--template", "accepted", "--facts", "LIST"),
        ("--template", "accepted", "--facts", "NONE"),
    ],
)
def test_what_contradicts_itself_is_refused(argv: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "LIST").write_text("[]", encoding="utf-8")
    (tmp_path / "NONE").write_text("{", encoding="utf-8")
    files = [str(tmp_path / one) if one in ("LIST", "NONE") else one for one in argv]
    with pytest.raises(UsageError):
        run("document", str(tmp_path), CASE, *files)


class Noting:
    """A record that keeps what was asked for."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    @asynccontextmanager
    async def action(self, actor: Actor, name: str, **__: object) -> AsyncIterator[None]:
        self.notes.append(name)
        yield

    async def note(self, actor: Actor, name: str, outcome: str = "", **__: object) -> None:
        self.notes.append(name)


async def test_each_call_is_for_whoever_may_see_cases_and_is_recorded(
    centre: Centre, tmp_path: Path
) -> None:
    room = with_font(centre.county)
    number = await one_case(centre, await centre.village())
    record = Noting()
    operations = DocumentOperations(room, record)
    stranger = Actor.on_page("韦审", RIGHTS[StaffRole.OPERATOR])
    handler = Actor.on_page("陆经办", RIGHTS[StaffRole.HANDLER])
    made = await operations.make(handler, correction(number))
    told = Told(
        case=number,
        document=made.number,
        person="样福丽",
        by="黎样明",
        what=Delivered.HANDED_OVER,
        way=Way.IN_PERSON,
    )
    calls: list[tuple[Any, Any]] = [
        (operations.tell, told),
        (operations.stamp, Stamp(case=number, document=made.number, by="黎样明")),
        (operations.stamps, Stamps(first="2026-01-01", last="2026-12-31")),
        (operations.write, WritePdf(case=number, document=made.number, folder=tmp_path)),
        (operations.choices, FaultChoices(case=number)),
        (operations.make, correction(number)),
    ]
    before = len(record.notes)
    for method, wanted in calls:
        with pytest.raises(LoginForbiddenError):
            await method(stranger, wanted)
        await method(handler, wanted)
    assert len(record.notes) == before + 2 * len(calls)
    (line, *_) = await operations.stamps(handler, Stamps(first="2026-09-01", last="2026-12-31"))
    assert line.seal == STAMPED
    for first, last in (("2026-12-31", "2026-01-01"), ("2025-01-01", "2026-12-31"), ("x", "y")):
        with pytest.raises(UsageError):
            await operations.stamps(handler, Stamps(first=first, last=last))
