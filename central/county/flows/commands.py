"""``yizhan-county case|act|decide`` (docs/operations.md, "A case from its receipt to its end")."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from central.county.casework.calls import SHOW_CASE, CaseShown, Decide, ShowCase
from central.county.casework.fields import read_faults_file
from central.county.flows.calls import ACT, DECIDE, LIFE, Act, CaseLife, Happened, Life
from central.county.flows.words import WORDS, action_words, state_word
from protocol.catalogue.terms import OUTCOMES
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.records.followups_words import SUBJECT_WORDS
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import FILE, PATH, data_argument, json_option, print_json, read_text
from runtime.cli.terminal import answer, one_line
from runtime.control.calls import Ask

_MINUTE = "%Y-%m-%d %H:%M"
_FIELDS_BYTES = 64 * 1024
DECIDABLE = (Outcome.APPROVED, Outcome.REFUSED, Outcome.CORRECTION)


def flow_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county."""
    made: Sequence[Callable[[Ask], click.Command]] = (_case, _act, _decide)
    return [make(ask) for make in made]


def _case(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @json_option
    def case(data: Path, case: str, *, as_json: bool) -> None:
        """Show all of one CASE; that somebody looked stands in the audit record."""
        shown = ask(data, SHOW_CASE, ShowCase(case=case))
        life = ask(data, LIFE, CaseLife(case=shown.case.case))
        if as_json:
            print_json({**to_json(life), "shown": to_json(shown)})
            return
        for line in (*_told(life, shown), *_followed(shown), *map(_line, life.events)):
            click.echo(one_line(line))

    return case


def _told(life: Life, shown: CaseShown) -> list[str]:
    case = shown.case
    lines = [
        f"办件 {life.case}  {state_word(life.state)}",
        f"事项 {case.item} {case.title}".rstrip(),
        f"申请人 {case.applicant or '—'}  村站 {case.name or case.station}",
        f"收到 {local_time(case.received_ms):{_MINUTE}}  附件 {len(case.attachments)} 个",
        f"接办人 {life.holder or '—'}  可以做：{action_words(life.enabled)}",
    ]
    return lines + [f"由办件 {number} 补正或取代" for number in shown.answered_by]


def _followed(shown: CaseShown) -> list[str]:
    return [
        f"{SUBJECT_WORDS.get(one.about, one.about)} "
        f"{local_time(one.received_ms):{_MINUTE}}  {one.follow_up}"
        for one in shown.case.follow_ups
    ]


def _line(event: Happened) -> str:
    note = event.body.get("note") or ""
    return f"{event.at[:16].replace('T', ' ')}  {WORDS[event.kind]}  {event.by}  {note}".rstrip()


def _act(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.argument("action")
    @click.option("--note", default="", help="In words: why, or what the citizen reads.")
    @click.option("--attach", multiple=True, type=PATH, help="A file that goes to its station.")
    @click.option("--fields", type=FILE, help="JSON: what the action needs, by name.")
    @click.option("--as", "by", default="", help="The account in whose name it is done.")
    @json_option
    def act(
        data: Path,
        case: str,
        action: str,
        *,
        note: str,
        attach: Sequence[Path],
        fields: Path | None,
        by: str,
        as_json: bool,
    ) -> None:
        """Do ACTION with CASE; which are possible now, `case` shows as enabled."""
        wanted = Act(
            case=case,
            action=identifier(action),
            note=note,
            attach=[path.absolute() for path in attach],
            fields=_read_fields(fields) if fields else {},
            by=by,
        )
        life = ask(data, ACT, wanted)
        answer(to_json(life), f"{life.case} {state_word(life.state)}", as_json=as_json)

    return act


def _read_fields(path: Path) -> Mapping[str, Any]:
    """The file of ``act --fields``: one JSON object.

    Raises:
        UsageError: it is none.
        FileUnreadableError, TextError: it can't be read.
    """
    try:
        found = json.loads(read_text(path, _FIELDS_BYTES))
    except (ValueError, RecursionError):
        raise UsageError(f"{path} 不是 JSON") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path} 应是一组栏目：{{ … }}")
    return found


def _decide(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option(
        "--outcome",
        required=True,
        type=click.Choice([o.value for o in DECIDABLE]),
        help="approved, refused or correction: what became of it.",
    )
    @click.option("--note", default="", help="What the citizen reads.")
    @click.option("--attach", multiple=True, type=PATH, help="A file to send.")
    @click.option(
        "--fields", type=FILE, help="JSON: what is to be corrected in which field or page."
    )
    @click.option("--until", default="", help="Of a correction: the last day for it.")
    @click.option("--as", "by", default="", help="The account in whose name it is done.")
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
        by: str,
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
            by=by,
        )
        decided = ask(data, DECIDE, wanted)
        words = f"{decided.case} {OUTCOMES[decided.outcome.value]}"
        answer(to_json(decided), words, as_json=as_json)

    return decide
