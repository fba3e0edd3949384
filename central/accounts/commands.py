"""``yizhan-county staff`` and ``yizhan-hub staff``: who may log in to the pages.

Source: docs/operations.md, "People and pages".
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import click

from central.accounts.roles import StaffRole
from runtime.command import (
    PATH,
    data_argument,
    json_option,
    print_json,
    read_secret,
    silent,
)
from runtime.control.owner import Report
from runtime.terminal import answer

Run = Callable[[Path, str, Mapping[str, Any], Report], Coroutine[Any, Any, Any]]

ROLES = {
    "system": "系统管理员",
    "security": "安全管理员",
    "audit": "审计管理员",
    "operator": "操作员",
}
_CHANGES = ("unlock", "disable", "enable", "no-second", *ROLES)

_name = click.argument("name")
_password = click.option(
    "--password-file",
    type=PATH,
    help="Password; or YIZHAN_PASSWORD. Without one a password is made and printed once.",
)


def staff_group(role: str, run: Run) -> click.Group:
    """The commands; ``run`` runs one operation on a node's data folder."""

    def call(data: Path, verb: str, args: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return asyncio.run(run(data, f"{role}.staff-{verb}", args, silent))

    group = click.Group("staff", help="Accounts of people who log in to the pages.")
    for command in (*_making(call), *_changing(call)):
        group.add_command(command)
    return group


def _making(call: Callable[[Path, str, Mapping[str, Any]], Any]) -> list[click.Command]:
    @click.command("list")
    @data_argument
    @json_option
    def listed(data: Path, *, as_json: bool) -> None:
        """List the accounts."""
        found = call(data, "list", {})
        if as_json:
            print_json(found)
            return
        for one in found:
            second = "已启用动态码" if one["second_factor"] else "未启用动态码"
            state = "已停用" if one["disabled"] else ""
            click.echo("  ".join((one["name"], ROLES[one["role"]], second, state)).rstrip())

    @click.command()
    @data_argument
    @_name
    @click.option(
        "--role",
        "role",
        type=click.Choice([role.value for role in StaffRole]),
        required=True,
        help="What this person may do: docs/operations.md, People and pages.",
    )
    @_password
    @json_option
    def add(data: Path, name: str, *, role: str, password_file: Path | None, as_json: bool) -> None:
        """Make an account for NAME."""
        given = read_secret(None, password_file, "YIZHAN_PASSWORD")
        answer = call(data, "add", {"name": name, "role": role, "password": given})
        _tell(answer, f"已建立账号 {name}（{ROLES[role]}）", as_json=as_json)

    @click.command()
    @data_argument
    @_name
    @_password
    @json_option
    def password(data: Path, name: str, *, password_file: Path | None, as_json: bool) -> None:
        """Give NAME another password; this also unlocks the account."""
        given = read_secret(None, password_file, "YIZHAN_PASSWORD")
        answer = call(data, "password", {"name": name, "password": given})
        _tell(answer, f"已更换 {name} 的口令", as_json=as_json)

    return [listed, add, password]


def _changing(call: Callable[[Path, str, Mapping[str, Any]], Any]) -> list[click.Command]:
    @click.command()
    @data_argument
    @_name
    @click.argument("change", type=click.Choice(_CHANGES))
    @json_option
    def change(data: Path, name: str, *, change: str, as_json: bool) -> None:
        """Unlock or disable NAME, forget its second factor, or give it another role."""
        one = call(data, "change", {"name": name, "change": change})
        answer(
            one,
            f"{one['name']}：{ROLES[one['role']]}{'，已停用' if one['disabled'] else ''}",
            as_json=as_json,
        )

    @click.command()
    @data_argument
    @_name
    @json_option
    def remove(data: Path, name: str, *, as_json: bool) -> None:
        """Take the account NAME away."""
        call(data, "remove", {"name": name})
        answer({"name": name}, f"已删除账号 {name}", as_json=as_json)

    return [change, remove]


def _tell(answer: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    click.echo(words, err=True)
    if "password" in answer:
        click.echo(answer["password"])
        click.echo("口令只显示这一次；首次登录时必须更改。", err=True)
