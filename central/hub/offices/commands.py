"""``yizhan-hub office``: the key of the township's office, and its cases."""

from pathlib import Path
from typing import Any

import click

from central.hub.offices.calls import (
    ACT,
    ASK_KEY,
    CASE,
    CASES,
    ActAtOffice,
    AskKey,
    CaseListed,
    ListCases,
    NewsShown,
    OfficeCaseShown,
    ShowCase,
)
from protocol.casework.states import STATE_WORDS, State
from protocol.casework.table import ACTIONS, BY_BODY
from protocol.catalogue.forms.reading import read_form
from protocol.json_values import to_json
from protocol.records.followups_words import SUBJECT_WORDS
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import PATH, data_argument, json_option, read_text
from runtime.cli.terminal import answer
from runtime.control.calls import Ask

_NEWS = {**SUBJECT_WORDS, "another": "另一件申请"}
_SAID = ("by", "words", "phone", "name", "person", "place", "level")
_FIELDS_BYTES = 64 * 1024


def office_group(ask: Ask) -> click.Group:
    """The group; ``ask`` asks whoever owns the data folder of a hub."""

    @click.group(name="office")
    def office() -> None:
        """Work on cases that the county gave to this township's office."""

    for make in (_request, _cases, _case, _act):
        office.add_command(make(ask))
    return office


def _request(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--name", default="", help="Who asks, as the county is to read it.")
    @click.option("--new", "anew", is_flag=True, help="Make another key than the one before.")
    @json_option
    def request(data: Path, *, name: str, anew: bool, as_json: bool) -> None:
        """Ask the county to seal cases for this office; read the code out by telephone."""
        asked = ask(data, ASK_KEY, AskKey(name=name, anew=anew))
        words = (
            f"已申请，随下次交换或 U 盘送出。请打电话把核对码读给县里：{asked.code}\n"
            f"密钥指纹（核准后可与县里对照）：{asked.words}"
        )
        answer(to_json(asked), words, as_json=as_json)

    return request


def _cases(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--past", is_flag=True, help="Those that it had, instead of those that it has.")
    @json_option
    def cases(data: Path, *, past: bool, as_json: bool) -> None:
        """List the cases of this office, the most urgent first."""
        found = ask(data, CASES, ListCases(owned=not past))
        lines = [_line(one) for one in found.cases] or ["没有交给本乡镇的办件。"]
        answer(to_json(found), "\n".join(lines), as_json=as_json)

    return cases


def _case(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @json_option
    def case(data: Path, case: str, *, as_json: bool) -> None:
        """Show one case: form, papers, what happened, and what may be done."""
        found = ask(data, CASE, ShowCase(case=identifier(case)))
        answer(to_json(found), "\n".join(_lines(found)), as_json=as_json)

    return case


def _act(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.argument("action")
    @click.option("--note", default="", help="In words, for the log and whoever is told.")
    @click.option("--fields", type=PATH, help="JSON file with the fields of the event.")
    @click.option("--as", "by", default="", help="In whose name.")
    @click.option("--seen", default=0, help="Number of the last event that was seen.")
    @json_option
    def act(
        data: Path,
        case: str,
        action: str,
        *,
        note: str,
        fields: Path | None,
        by: str,
        seen: int,
        as_json: bool,
    ) -> None:
        """Do ACTION with a case of this office; it goes to the county by itself."""
        typed: dict[str, Any] = {}
        if fields is not None:
            typed = read_form(read_text(fields, _FIELDS_BYTES).encode())
        wanted = ActAtOffice(
            case=identifier(case), action=action, note=note, fields=typed, by=by, seen=seen
        )
        found = ask(data, ACT, wanted)
        answer(to_json(found), "\n".join(_lines(found)), as_json=as_json)

    return act


def _line(one: CaseListed) -> str:
    due = f"  期限 {one.due}" if one.due else ""
    sent = "" if one.confirmed else "  县里还没有收到"
    gone = "" if one.owned else "  县里已收回" if one.code else "  已交回"
    return (
        f"{one.case}  {one.item}  {one.village}  {STATE_WORDS[State(one.state)]}{due}{gone}{sent}"
    )


def _lines(found: OfficeCaseShown) -> list[str]:
    kinds = {str(body.__struct_config__.tag): step.word for body, step in BY_BODY.items()}
    happened = [
        f"  {one.n}  {local_time(one.at_ms):%Y-%m-%d %H:%M}  {kinds.get(one.kind, '收件')}"
        f"  {one.by}".rstrip()
        for one in found.events
    ]
    may = "、".join(f"{ACTIONS[name].word}（{name}）" for name in found.enabled)
    said = [f"县里说：{found.said}"] if found.said else []
    said += [found.refused] if found.refused else []
    news = [
        f"  {local_time(one.came_ms):%Y-%m-%d %H:%M}  {_NEWS[one.about]}  {_words(one)}".rstrip()
        for one in found.news
    ]
    came = ["办理期间村里送来：", *news] if news else []
    return [_line(found.listed), *said, found.form, *happened, *came, f"可以办：{may or '—'}"]


def _words(one: NewsShown) -> str:
    """What was said, in a line."""
    said = [str(value) for key, value in one.said.items() if value and key in _SAID]
    papers = [f"{paper.material or '文件'} {paper.name}" for paper in one.papers]
    return "；".join((*said, *papers, one.case)).strip("；")
