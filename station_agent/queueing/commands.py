"""``yizhan-station queue``: waiting numbers (docs/operations.md, "Market day")."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.json_values import to_json
from protocol.text import person_name
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.control.calls import Call
    from station_agent.queueing.calls import ByClerk, OfNumber, QueueShown

_clerk_option = click.option(
    "--clerk", envvar="YIZHAN_CLERK", default="", help="Who works at the desk."
)
_number = click.argument("number", type=click.IntRange(min=1))


def queue_group(ask: Ask) -> click.Group:
    """All of them; ``ask`` asks whoever owns a data folder."""

    @click.group()
    def queue() -> None:
        """Waiting numbers: give out, call, skip, let come back."""

    for command in (_show(ask), _take(ask), _back(ask), *_of_line(ask), *_of_number(ask)):
        queue.add_command(command)
    return queue


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @json_option
    def show(data: Path, *, as_json: bool) -> None:
        """Show today's line."""
        from station_agent.queueing.calls import QUEUE

        _say(ask(data, QUEUE, Nothing()), as_json=as_json)

    return show


def _take(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_clerk_option
    @json_option
    def take(data: Path, *, clerk: str, as_json: bool) -> None:
        """Give out the next number."""
        from station_agent.queueing.calls import QUEUE_TAKE, ByClerk

        taken = ask(data, QUEUE_TAKE, ByClerk(clerk=person_name(clerk)))
        words = f"{taken.number} 号，前面还有 {taken.ahead} 人"
        answer(to_json(taken), words, as_json=as_json)

    return take


def _back(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_number
    @click.option("--last", is_flag=True, help="Behind everybody who waits, not at the old place.")
    @_clerk_option
    @json_option
    def back(data: Path, number: int, *, last: bool, clerk: str, as_json: bool) -> None:
        """Let a skipped NUMBER wait again."""
        from station_agent.queueing.calls import QUEUE_BACK, ComeBack

        wanted = ComeBack(number=number, last=last, clerk=person_name(clerk))
        _say(ask(data, QUEUE_BACK, wanted), as_json=as_json)

    return back


def _of_line(ask: Ask) -> list[click.Command]:
    from station_agent.queueing.calls import QUEUE_ANEW, QUEUE_CALL

    return [
        _line_command(ask, "call", QUEUE_CALL, "Call who is next; who was called before is done."),
        _line_command(ask, "anew", QUEUE_ANEW, "Begin with number 1 again."),
    ]


def _of_number(ask: Ask) -> list[click.Command]:
    from station_agent.queueing.calls import QUEUE_DONE, QUEUE_SKIP

    return [
        _number_command(ask, "skip", QUEUE_SKIP, "Nobody came for NUMBER: it waits aside."),
        _number_command(ask, "done", QUEUE_DONE, "Who had NUMBER has been served."),
    ]


def _line_command(
    ask: Ask, name: str, call: "Call[ByClerk, QueueShown]", about: str
) -> click.Command:
    @click.command(name, help=about)
    @data_argument
    @_clerk_option
    @json_option
    def command(data: Path, *, clerk: str, as_json: bool) -> None:
        from station_agent.queueing.calls import ByClerk

        _say(ask(data, call, ByClerk(clerk=person_name(clerk))), as_json=as_json)

    return command


def _number_command(
    ask: Ask, name: str, call: "Call[OfNumber, QueueShown]", about: str
) -> click.Command:
    @click.command(name, help=about)
    @data_argument
    @_number
    @_clerk_option
    @json_option
    def command(data: Path, number: int, *, clerk: str, as_json: bool) -> None:
        from station_agent.queueing.calls import OfNumber

        wanted = OfNumber(number=number, clerk=person_name(clerk))
        _say(ask(data, call, wanted), as_json=as_json)

    return command


def _say(found: "QueueShown", *, as_json: bool) -> None:
    serving = f"{found.serving} 号" if found.serving else "没有"
    words = f"{found.day}　正在办：{serving}　等着：{_listed(found.waiting)}"
    skipped = _listed([one.number for one in found.skipped])
    answer(
        to_json(found), f"{words}　过号：{skipped}　办完：{found.done} 人".strip(), as_json=as_json
    )


def _listed(numbers: "Sequence[int]") -> str:
    return "、".join(map(str, numbers)) or "没有"
