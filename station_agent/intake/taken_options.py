"""The options of ``submit`` that say how an application was taken in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from protocol.errors import MalformedError, UsageError
from protocol.ids import division_code
from protocol.text import identifier, person_name
from runtime.cli.command import FILE, read_text

if TYPE_CHECKING:
    from protocol.records.taken_in import TakenIn

R = TypeVar("R")

_MODES = ("直办", "代办", "协办", "告知")
_AGENT_FILE_BYTES = 8192
_OPTIONS = (
    click.option("--clerk", envvar="YIZHAN_CLERK", default="", help="Who takes it in."),
    click.option("--checker", default="", help="The second clerk, who looked at it."),
    click.option("--mode", type=click.Choice(_MODES), default=None, help="What the village does."),
    click.option("--elsewhere", default="", help="Its number in another system, with 协办."),
    click.option("--agent", type=FILE, default=None, help="JSON file: who acts for whom."),
    click.option("--village", default="", help="Division code of the village served."),
    click.option("--owes", multiple=True, metavar="MATERIAL=DATE", help="May be repeated."),
    click.option("--day", default="", help="The day at the window, if this PC's date is wrong."),
    click.option("--insists", default="", help="Who wants it handed in although incomplete."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOptions:
    """What was typed."""

    clerk: str
    checker: str
    mode: str | None
    elsewhere: str
    agent: Path | None
    village: str
    owes: tuple[str, ...]
    day: str
    insists: str

    def read(self) -> "TakenIn":
        """What it says.

        Raises:
            UsageError: something of it is not of its form.
        """
        from protocol.codec import typed
        from protocol.records.taken_in import TakenIn

        said = {
            "clerk": person_name(self.clerk),
            "checker": person_name(self.checker),
            "mode": self.mode,
            "elsewhere": identifier(self.elsewhere),
            "agent": None if self.agent is None else _agent(self.agent),
            "village": division_code(self.village) if self.village else "",
            "owed": [_owed(text) for text in self.owes],
            "window_day": identifier(self.day),
            "insisted": person_name(self.insists),
        }
        try:
            return typed(said, TakenIn)
        except MalformedError as exc:
            raise UsageError(f"受理情况的写法不对（日期写成 2027-01-31）：{exc.detail}") from None


def taken_options(command: Callable[..., R]) -> Callable[..., R]:
    """Give ``command`` all of them; it gets one argument, ``taken``."""

    @wraps(command)
    def taking(**given: Any) -> R:  # noqa: ANN401 - as click gives them
        said = {name: given.pop(name) for name in TakenOptions.__annotations__}
        return command(**given, taken=TakenOptions(**said))

    for option in reversed(_OPTIONS):
        taking = option(taking)
    return taking


def _owed(text: str) -> dict[str, str]:
    material, separator, day = text.partition("=")
    if not (separator and material and day):
        raise UsageError(f"--owes “{text}”应写成 材料编码=日期")
    return {"material": identifier(material), "until": identifier(day)}


def _agent(file: Path) -> object:
    try:
        return json.loads(read_text(file, _AGENT_FILE_BYTES))
    except (ValueError, RecursionError):
        raise UsageError(f"{file} 不是 JSON") from None
