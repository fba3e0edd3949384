"""``yizhan-county staff`` and ``yizhan-hub staff``: who may log in to the pages.

Source: docs/operations.md, "People and pages".
"""

from pathlib import Path

import click

from central.accounts.calls import (
    Account,
    AccountMade,
    AddAccount,
    Change,
    ChangeAccount,
    NewPassword,
    PasswordSet,
    RemoveAccount,
    StaffCalls,
)
from central.accounts.roles import StaffRole
from protocol.json_values import to_json
from runtime.cli.command import (
    PATH,
    data_argument,
    json_option,
    print_json,
    read_secret,
)
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

ROLES = {
    StaffRole.SYSTEM: "系统管理员",
    StaffRole.SECURITY: "安全管理员",
    StaffRole.AUDIT: "审计管理员",
    StaffRole.OPERATOR: "操作员",
    StaffRole.AUTHOR: "目录编写员",
    StaffRole.REVIEWER: "目录审核员",
    StaffRole.PUBLISHER: "目录发布员",
    StaffRole.HANDLER: "业务经办员",
}

_name = click.argument("name")
_password = click.option(
    "--password-file",
    type=PATH,
    help="Password; or YIZHAN_PASSWORD. Without one a password is made and printed once.",
)


def staff_group(role: str, ask: Ask) -> click.Group:
    """The commands of a ``county`` or a ``hub``; ``ask`` asks whoever owns a data folder."""
    calls = StaffCalls.of(role)
    group = click.Group("staff", help="Accounts of people who log in to the pages.")
    for command in (*_making(calls, ask), *_changing(calls, ask)):
        group.add_command(command)
    return group


def _making(calls: StaffCalls, ask: Ask) -> list[click.Command]:
    @click.command("list")
    @data_argument
    @json_option
    def listed(data: Path, *, as_json: bool) -> None:
        """List the accounts."""
        found = ask(data, calls.listed, Nothing())
        if as_json:
            print_json(to_json(found))
            return
        for one in found:
            second = "已启用动态码" if one.second_factor else "未启用动态码"
            state = "已停用" if one.disabled else ""
            click.echo("  ".join((one.name, ROLES[one.role], second, state)).rstrip())

    @click.command()
    @data_argument
    @_name
    @click.option(
        "--role",
        type=click.Choice([role.value for role in StaffRole]),
        required=True,
        help="What this person may do: docs/operations.md, People and pages.",
    )
    @_password
    @json_option
    def add(data: Path, name: str, *, role: str, password_file: Path | None, as_json: bool) -> None:
        """Make an account for NAME."""
        given = read_secret(None, password_file, "YIZHAN_PASSWORD")
        wanted = AddAccount(name=name, role=StaffRole(role), password=given)
        made = ask(data, calls.add, wanted)
        _tell(made, f"已建立账号 {name}（{ROLES[made.role]}）", as_json=as_json)

    @click.command()
    @data_argument
    @_name
    @_password
    @json_option
    def password(data: Path, name: str, *, password_file: Path | None, as_json: bool) -> None:
        """Give NAME another password; this also unlocks the account."""
        given = read_secret(None, password_file, "YIZHAN_PASSWORD")
        done = ask(data, calls.password, NewPassword(name=name, password=given))
        _tell(done, f"已更换 {name} 的口令", as_json=as_json)

    return [listed, add, password]


def _changing(calls: StaffCalls, ask: Ask) -> list[click.Command]:
    @click.command()
    @data_argument
    @_name
    @click.argument("change", type=click.Choice([change.value for change in Change]))
    @json_option
    def change(data: Path, name: str, *, change: str, as_json: bool) -> None:
        """Unlock or disable NAME, forget its second factor, or give it another role."""
        one = ask(data, calls.change, ChangeAccount(name=name, change=Change(change)))
        answer(to_json(one), _words(one), as_json=as_json)

    @click.command()
    @data_argument
    @_name
    @json_option
    def remove(data: Path, name: str, *, as_json: bool) -> None:
        """Take the account NAME away."""
        gone = ask(data, calls.remove, RemoveAccount(name=name))
        answer(to_json(gone), f"已删除账号 {name}", as_json=as_json)

    return [change, remove]


def _words(one: Account) -> str:
    return f"{one.name}：{ROLES[one.role]}{'，已停用' if one.disabled else ''}"


def _tell(made: AccountMade | PasswordSet, words: str, *, as_json: bool) -> None:
    """Say that it is done; a password that was made is shown this once."""
    if as_json:
        told = to_json(made)
        print_json(told if made.password else {k: told[k] for k in told if k != "password"})
        return
    click.echo(words, err=True)
    if made.password:
        click.echo(made.password)
        click.echo("口令只显示这一次；首次登录时必须更改。", err=True)
