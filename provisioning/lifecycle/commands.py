"""``yizhan-provision rename|move|address|serves|suspend|resume|retire|drain|stop|replace``.

Source: docs/operations.md, "The life of a node".
"""

from pathlib import Path

import click

from protocol.errors import UsageError
from protocol.ids import division_code
from protocol.json_values import to_json
from provisioning.kitfile import kit_written
from provisioning.lifecycle.calls import (
    ADDRESS,
    CONTACT,
    DRAIN,
    MOVE,
    RENAME,
    REPLACE,
    RESUME,
    RETIRE,
    SERVE,
    STOP,
    SUSPEND,
    Contact,
    Drain,
    Move,
    NodeState,
    Readdress,
    Rename,
    Replace,
    Serve,
    StateChange,
)
from runtime.cli.command import (
    FILE,
    always_json,
    data_argument,
    json_option,
    print_json,
    warn_of_loopback,
)
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Call

_node = click.argument("node")
_reason = click.option("--reason", default="", help="Stands in the audit record.")
_upto = click.option(
    "--upto",
    type=click.IntRange(min=0),
    help="Take envelopes up to this one by the PC's own count; without it all of them.",
)
anyway_option = click.option(
    "--anyway",
    is_flag=True,
    help="Take what looks like a mistake: a second node in one division, another hub.",
)
STATES = {
    "invited": "待开站",
    "active": "已开站",
    "suspended": "已停用",
    "retired": "已注销",
    "draining": "收回中",
    "stopped": "已停止",
}


def lifecycle_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns the authority of a data folder."""
    return [*_changes(ask), *_states(ask), *_revocation(ask)]


def _changes(ask: Ask) -> list[click.Command]:
    @click.command()
    @data_argument
    @_node
    @click.option("--name", required=True, help="Name for people to read.")
    @json_option
    def rename(data: Path, node: str, *, name: str, as_json: bool) -> None:
        """Give NODE another name."""
        _tell(ask(data, RENAME, Rename(node=node, name=name)), as_json=as_json)

    @click.command()
    @data_argument
    @_node
    @click.option("--parent", default="", help="Node id or division code of another hub.")
    @click.option("--code", default="", help="New division code, after a merger of villages.")
    @anyway_option
    @json_option
    def move(data: Path, node: str, *, parent: str, code: str, anyway: bool, as_json: bool) -> None:
        """Put NODE below another hub, or into another division; its id and queue stay."""
        if not parent and not code:
            raise UsageError("要写 --parent 或 --code")
        wanted = Move(node=node, parent=parent, code=code, anyway=anyway)
        _tell(ask(data, MOVE, wanted), as_json=as_json)

    @click.command()
    @data_argument
    @_node
    @click.option("--url", required=True, help="https://host:port")
    @json_option
    def address(data: Path, node: str, *, url: str, as_json: bool) -> None:
        """Say where NODE, a hub or the county itself, is called from now on."""
        _tell(ask(data, ADDRESS, Readdress(node=node, url=url)), as_json=as_json)
        warn_of_loopback(url)

    @click.command()
    @data_argument
    @_node
    @click.argument("who")
    @json_option
    def contact(data: Path, node: str, *, who: str, as_json: bool) -> None:
        """Say WHO is called when something is wrong at NODE: a name and a number, or ""."""
        _tell(ask(data, CONTACT, Contact(node=node, contact=who)), as_json=as_json)

    @click.command()
    @data_argument
    @_node
    @click.argument("villages", nargs=-1)
    @json_option
    def serves(data: Path, node: str, *, villages: tuple[str, ...], as_json: bool) -> None:
        """Say which VILLAGES (CODE=NAME) a station serves beside its own; none: no other."""
        wanted = Serve(node=node, villages=[_village(one) for one in villages])
        _tell(ask(data, SERVE, wanted), as_json=as_json)

    return [rename, move, address, contact, serves]


def _village(text: str) -> tuple[str, str]:
    code, separator, name = text.partition("=")
    if not (separator and name):
        raise UsageError(f"“{text}”应写成 村代码=村名")
    return division_code(code), name


def _states(ask: Ask) -> list[click.Command]:
    def command(name: str, call: Call[StateChange, NodeState], words: str) -> click.Command:
        @click.command(name, help=words)
        @data_argument
        @_node
        @_reason
        @json_option
        def change(data: Path, node: str, *, reason: str, as_json: bool) -> None:
            _tell(ask(data, call, StateChange(node=node, reason=reason)), as_json=as_json)

        return change

    return [
        command("suspend", SUSPEND, "NODE may not call until it is resumed; nothing is lost."),
        command("resume", RESUME, "NODE may call again."),
        command("stop", STOP, "Nothing more of NODE is taken; it keeps its queue, and is told."),
        command("retire", RETIRE, "NODE is no more; what it sealed still arrives."),
    ]


def _revocation(ask: Ask) -> list[click.Command]:
    @click.command()
    @data_argument
    @_node
    @_upto
    @_reason
    @json_option
    def drain(data: Path, node: str, *, upto: int | None, reason: str, as_json: bool) -> None:
        """Withdraw NODE: what it has sealed still comes, into the review queue; nothing new."""
        wanted = Drain(node=node, upto=upto, reason=reason)
        _tell(ask(data, DRAIN, wanted), as_json=as_json)

    @click.command()
    @data_argument
    @_node
    @_upto
    @_reason
    @click.option("--kit", type=FILE, required=True, help="Where the kit goes, a new file.")
    @click.option("--force", is_flag=True, help="Replace the kit file if there is one.")
    @always_json
    def replace(
        data: Path, node: str, *, upto: int | None, reason: str, kit: Path, force: bool
    ) -> None:
        """NODE's PC is lost or broken: write a kit for another one, and print its code."""
        wanted = Replace(node=node, upto=upto, reason=reason)
        made = kit_written(kit, lambda: ask(data, REPLACE, wanted), force=force)
        print_json({"node": made.node, "code": made.code})
        click.echo(f"旧电脑已不能连接；新电脑用开站包 {kit} 和新开站码开站。", err=True)
        click.echo("旧电脑已封存的申请到达后进入审核箱，见 yizhan-county review。", err=True)

    return [drain, replace]


def _tell(found: NodeState, *, as_json: bool) -> None:
    words = f"{found.name}（{found.node}）：{STATES[found.state.value]}"
    answer(to_json(found), words, as_json=as_json)
