"""What follows an application, by command: ``yizhan-station supplement``, ``follow-ups`` and so on.

Source: docs/operations.md, "What follows an application".
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from protocol.errors import MalformedError, UsageError
from protocol.ids import ApplicationId, division_code
from protocol.json_values import to_json
from protocol.text import identifier, person_name
from runtime.cli.command import (
    FILE,
    always_json,
    data_argument,
    json_option,
    print_json,
    read_secret,
)
from runtime.cli.terminal import print_table
from runtime.control.calls import Ask
from runtime.system import SystemRandomness

if TYPE_CHECKING:
    from protocol.records.followups import Said
    from station_agent.followups.calls import FollowUpShown

_ID_BYTES = 16
_PASSWORD_ENV = "YIZHAN_PASSWORD"  # noqa: S105 - the name of a variable
_POSTER = ("placed", "taken-down")
_LETTERS = ("consultation", "complaint", "suggestion", "mailbox")
_STATES = {
    "saved": "已保存（仅在本机）",
    "at_hub": "已到上级",
    "received": "县里已收到",
    "complete": "县里材料到齐",
    "rejected": "县里没有收下",
}

_APPLICATION = click.argument("application")
_MAYBE_APPLICATION = click.argument("application", default="")

Told = Callable[..., dict[str, Any]]


def follow_up_commands(ask: Ask) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns a data folder."""
    made = [_command(ask, name, about, tell) for name, (about, tell) in _COMMANDS.items()]
    return [*made, _list_command(ask)]


@click.option("--words", default="", help="What to say beside.")
def _supplement(*, words: str) -> dict[str, Any]:
    """Send papers that follow an application, by --attach."""
    return {"words": words}


@click.option("--by", required=True, help="Who says so.")
@click.option("--words", default="", help="Why.")
def _withdraw(*, by: str, words: str) -> dict[str, Any]:
    """Tell the county that the applicant takes the application back."""
    return {"by": person_name(by), "words": words}


@click.option("--phone", required=True, help="The telephone from now on.")
@click.option("--name", default="", help="Whose it is, if not the applicant's.")
def _contact(*, phone: str, name: str) -> dict[str, Any]:
    """Tell the county another telephone of the applicant."""
    return {"phone": identifier(phone), "name": person_name(name)}


@click.option("--what", type=click.Choice(_POSTER), required=True, help="Put up, or taken down.")
@click.option("--place", required=True, help="Where it hangs.")
def _post(*, what: str, place: str) -> dict[str, Any]:
    """Record that a poster was put up or taken down; a photo by --attach."""
    return {"what": what, "place": place}


@click.option("--words", required=True, help="What is objected to, and why.")
@click.option("--by", default="", help="Who objects; may be left out.")
@click.option("--phone", default="", help="Under which they can be reached.")
def _object(*, words: str, by: str, phone: str) -> dict[str, Any]:
    """Pass on an objection to what was made public."""
    return {"words": words, "by": person_name(by), "phone": identifier(phone)}


@click.option("--visitor", multiple=True, required=True, help="Two at least; repeat the option.")
@click.option("--words", required=True, help="What they found.")
def _visit(*, visitor: tuple[str, ...], words: str) -> dict[str, Any]:
    """Record a visit to the household by two people."""
    return {"visitors": [person_name(one) for one in visitor], "words": words}


@click.option("--kind", type=click.Choice(_LETTERS), required=True, help="What it is.")
@click.option("--words", required=True, help="What is written.")
@click.option("--by", default="", help="Who writes; may be left out.")
@click.option("--phone", default="", help="Under which they can be reached.")
def _letter(*, kind: str, words: str, by: str, phone: str) -> dict[str, Any]:
    """Write to the county for somebody; without APPLICATION about none."""
    return {"kind": kind, "words": words, "by": person_name(by), "phone": identifier(phone)}


@click.option("--item", required=True, help="Code of the item in the catalogue.")
@click.option("--lacks", multiple=True, help="What is missing; may be repeated.")
@click.option("--village", default="", help="Division code of the village served.")
def _advise(*, item: str, lacks: tuple[str, ...], village: str) -> dict[str, Any]:
    """Record that somebody left without handing in, told once of everything that is missing."""
    told = {"item": identifier(item), "lacking": list(lacks)}
    return told | ({"village": division_code(village)} if village else {})


_COMMANDS: dict[str, tuple[str, Told]] = {
    "supplement": ("supplement", _supplement),
    "withdraw": ("withdrawal", _withdraw),
    "contact": ("contact", _contact),
    "post": ("posting", _post),
    "object": ("objection", _object),
    "visit": ("visit", _visit),
    "letter": ("letter", _letter),
    "advise": ("advised", _advise),
}
"""By command: the subject, and what it makes of its options."""


def _command(ask: Ask, name: str, about: str, tell: Told) -> click.Command:
    """The command ``name``; what is the same for all stands here."""

    @_application_of(about)
    @click.option("--attach", multiple=True, metavar="[MATERIAL=]FILE", help="May be repeated.")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who says so.")
    @click.option("--day", default="", help="When it was, if this PC's date is wrong.")
    @_unseen(about)
    @always_json
    @wraps(tell)
    def command(
        data: Path,
        application: str = "",
        *,
        attach: tuple[str, ...],
        clerk: str,
        day: str,
        unseen: bool = False,
        **more: Any,  # noqa: ANN401 - the options of this one
    ) -> None:
        from station_agent.followups.calls import FOLLOW_UP, SendFollowUp

        said = {"subject": {"about": about, **tell(**more)}, "clerk": person_name(clerk)}
        wanted = SendFollowUp(
            follow_up=ApplicationId(SystemRandomness().token(_ID_BYTES).hex()),
            application=identifier(application),
            said=said_of({**said, "day": identifier(day)}),
            files=[_file(text) for text in attach],
            unseen=unseen,
        )
        print_json(to_json(ask(data, FOLLOW_UP, wanted)))

    return click.command(name=name)(data_argument(command))


def _application_of(about: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The application that it is about: of a letter perhaps none, of a paper to take home none."""
    if about == "advised":
        return lambda command: command
    return _MAYBE_APPLICATION if about == "letter" else _APPLICATION


def _unseen(about: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option of those that may be written and not seen at this station."""
    if about not in ("objection", "letter"):
        return lambda command: command
    return click.option("--unseen", is_flag=True, help="Keep nothing of what it says here.")


def _list_command(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("application", default="")
    @click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is.")
    @click.option("--password-file", type=FILE, help="File with the clerk's password.")
    @json_option
    def follow_ups(
        data: Path, application: str, *, clerk: str, password_file: Path | None, as_json: bool
    ) -> None:
        """List what was sent after applications, and letters with their answers."""
        from station_agent.followups.calls import FOLLOW_UPS, ShowFollowUps

        password = read_secret(None, password_file, _PASSWORD_ENV)
        wanted = ShowFollowUps(
            application=identifier(application), clerk=clerk, password=password or None
        )
        found = ask(data, FOLLOW_UPS, wanted)
        if as_json:
            print_json(to_json(found))
            return
        _show(found)

    return follow_ups


def _show(found: list["FollowUpShown"]) -> None:
    from protocol.records.followups_words import SUBJECT_WORDS

    rows = [
        (
            one.follow_up,
            SUBJECT_WORDS.get(one.about, one.about),
            one.application or "—",
            _STATES[one.state],
            one.answer.words if one.answer else "有答复" if one.answered else "—",
        )
        for one in found
    ]
    print_table(("编号", "内容", "申请", "状态", "答复"), rows)


def said_of(told: dict[str, Any]) -> "Said":
    """What options say. Raises UsageError: it is no subject, or no day."""
    from protocol.codec import typed
    from protocol.records.followups import Said

    try:
        return typed(told, Said)
    except MalformedError as exc:
        raise UsageError(f"写法不对（日期写成 2027-01-31）：{exc.detail}") from None


def _file(text: str) -> tuple[str, Path]:
    """``MATERIAL=FILE``, or a file of no material, as a photo."""
    material, separator, file = text.partition("=")
    if not separator:
        return "", Path(material).absolute()
    if not file:
        raise UsageError(f"--attach “{text}”应写成 材料编码=文件，或只写文件")
    return identifier(material), Path(file).absolute()
