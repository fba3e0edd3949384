"""``yizhan-provision rename|move|address|suspend|resume|retire``.

Source: docs/operations.md, "The life of a node".
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from protocol.aio.command import data_argument
from provisioning.life.operations import ADDRESS, MOVE, RENAME, RESUME, RETIRE, SUSPEND

Run = Callable[[Path, str, Mapping[str, Any]], Any]

_node = click.argument("node")
_reason = click.option("--reason", default="", help="Stands in the audit record.")
_STATES = {
    "invited": "待开站",
    "active": "已开站",
    "suspended": "已停用",
    "retired": "已注销",
}


def life_commands(run: Run) -> list[click.Command]:
    """The commands; ``run`` runs one operation on the authority of a data folder."""
    return [*_changes(run), *_states(run)]


def _changes(run: Run) -> list[click.Command]:
    @click.command()
    @data_argument
    @_node
    @click.option("--name", required=True, help="Name for people to read.")
    def rename(data: Path, node: str, *, name: str) -> None:
        """Give NODE another name."""
        _tell(run(data, RENAME, {"node": node, "name": name}))

    @click.command()
    @data_argument
    @_node
    @click.option("--parent", default="", help="Node id or division code of another hub.")
    @click.option("--code", default="", help="New division code, after a merger of villages.")
    def move(data: Path, node: str, *, parent: str, code: str) -> None:
        """Put NODE below another hub, or into another division; its id and queue stay."""
        if not parent and not code:
            raise click.UsageError("--parent or --code is needed")
        _tell(run(data, MOVE, {"node": node, "parent": parent, "code": code}))

    @click.command()
    @data_argument
    @_node
    @click.option("--url", required=True, help="https://host:port")
    def address(data: Path, node: str, *, url: str) -> None:
        """Say where the hub NODE is called from now on."""
        _tell(run(data, ADDRESS, {"node": node, "url": url}))

    return [rename, move, address]


def _states(run: Run) -> list[click.Command]:
    def command(name: str, operation: str, words: str) -> click.Command:
        @click.command(name, help=words)
        @data_argument
        @_node
        @_reason
        def change(data: Path, node: str, *, reason: str) -> None:
            _tell(run(data, operation, {"node": node, "reason": reason}))

        return change

    return [
        command("suspend", SUSPEND, "NODE may not call until it is resumed; nothing is lost."),
        command("resume", RESUME, "NODE may call again."),
        command("retire", RETIRE, "NODE is no more; what it sealed still arrives."),
    ]


def _tell(answer: Mapping[str, str]) -> None:
    click.echo(f"{answer['name']}({answer['node']}):{_STATES[answer['state']]}")
