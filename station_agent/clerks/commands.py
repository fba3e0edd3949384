"""``yizhan-station clerk``: who works at this station (docs/operations.md, "Clerks").

A password comes from a file, the environment or a prompt, never from an argument: those stand in
the list of processes and in the history of a shell.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import FILE, data_argument, json_option, read_secret
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing
from station_agent.clerks.handover_words import handover_lines

if TYPE_CHECKING:
    from station_agent.clerks.calls import ClerksShown, ForgottenShown, Proof

_PASSWORD_ENV, _NEW_ENV, _BY_ENV = (
    "YIZHAN_PASSWORD",
    "YIZHAN_NEW_PASSWORD",
    "YIZHAN_BY_PASSWORD",
)
_name = click.argument("name")
_of_name = click.option("--password-file", type=FILE, help="File with the password of NAME.")
_by = click.option("--by", default="", help="A clerk of this station who agrees.")
_by_file = click.option("--by-password-file", type=FILE, help="File with the password of --by.")


def clerk_group(ask: Ask) -> click.Group:
    """The commands; ``ask`` asks whoever owns a data folder."""

    @click.group()
    def clerk() -> None:
        """Who works at this station: each with a password of her own."""

    _add(clerk, ask)
    _list(clerk, ask)
    _password(clerk, ask)
    _remove(clerk, ask)
    _forgot(clerk, ask)
    return clerk


def _add(group: click.Group, ask: Ask) -> None:
    @group.command()
    @data_argument
    @_name
    @_of_name
    @_by
    @_by_file
    @json_option
    def add(
        data: Path,
        name: str,
        *,
        password_file: Path | None,
        by: str,
        by_password_file: Path | None,
        as_json: bool,
    ) -> None:
        """Let NAME work here; from the second clerk on one who works here already agrees."""
        from station_agent.clerks.calls import ADD, LIST, AddClerk

        here = ask(data, LIST, Nothing())
        proof = _proof(by, by_password_file, needed=here.locked)
        password = _secret(password_file, _PASSWORD_ENV, f"{name} 的口令", twice=True)
        shown = ask(data, ADD, AddClerk(name=name, password=password, by=proof))
        _say(shown, "已增加。今后打开本站资料要用办事员自己的口令。", as_json=as_json)


def _list(group: click.Group, ask: Ask) -> None:
    @group.command(name="list")
    @data_argument
    @json_option
    def list_clerks(data: Path, *, as_json: bool) -> None:
        """List who works here."""
        from station_agent.clerks.calls import LIST

        _say(ask(data, LIST, Nothing()), "", as_json=as_json)


def _password(group: click.Group, ask: Ask) -> None:
    @group.command()
    @data_argument
    @_name
    @_of_name
    @click.option("--new-password-file", type=FILE, help="File with the new password.")
    @json_option
    def password(
        data: Path,
        name: str,
        *,
        password_file: Path | None,
        new_password_file: Path | None,
        as_json: bool,
    ) -> None:
        """Give NAME another password, with the one so far."""
        from station_agent.clerks.calls import PASSWORD, ChangePassword

        old = _secret(password_file, _PASSWORD_ENV, f"{name} 现在的口令")
        new = _secret(new_password_file, _NEW_ENV, f"{name} 的新口令", twice=True)
        shown = ask(data, PASSWORD, ChangePassword(name=name, password=old, new=new))
        _say(shown, "口令已更换，旧口令不再有效。", as_json=as_json)


def _remove(group: click.Group, ask: Ask) -> None:
    @group.command()
    @data_argument
    @_name
    @_by
    @_by_file
    @json_option
    def remove(
        data: Path, name: str, *, by: str, by_password_file: Path | None, as_json: bool
    ) -> None:
        """Let NAME work here no more; a clerk of this station agrees."""
        from station_agent.clerks.calls import REMOVE, RemoveClerk

        proof = _proof(by, by_password_file, needed=True)
        gone = ask(data, REMOVE, RemoveClerk(name=name, by=proof))
        words = ["已移除，其口令不再有效。", *(one.name for one in gone.clerks), ""]
        words += handover_lines(gone.handover)
        answer(to_json(gone), "\n".join(words), as_json=as_json)

    @group.command()
    @data_argument
    @_name
    @_by
    @_by_file
    @json_option
    def handover(
        data: Path, name: str, *, by: str, by_password_file: Path | None, as_json: bool
    ) -> None:
        """Show what NAME would hand over; a clerk of this station opens it."""
        from station_agent.clerks.calls import HANDOVER, ShowHandover

        proof = _proof(by, by_password_file, needed=True)
        found = ask(data, HANDOVER, ShowHandover(name=name, by=proof))
        answer(to_json(found), "\n".join(handover_lines(found)), as_json=as_json)


def _forgot(group: click.Group, ask: Ask) -> None:
    @group.command()
    @data_argument
    @click.argument("name", default="")
    @click.option("--password-file", type=FILE, help="File with the new password.")
    @click.option("--anew", is_flag=True, help="Void a request that is open, and make another.")
    @click.option("--done", is_flag=True, help="The county has answered: take the new password.")
    @json_option
    def forgot(
        data: Path, name: str, *, password_file: Path | None, anew: bool, done: bool, as_json: bool
    ) -> None:
        """Ask the county for a new password of NAME; without NAME say how far that is."""
        from station_agent.clerks.calls import (
            FORGOT,
            FORGOT_STATUS,
            NEW_PASSWORD,
            Forgot,
            NewPassword,
        )

        if done:
            chosen = _secret(password_file, _NEW_ENV, "申请时选的新口令")
            found = ask(data, NEW_PASSWORD, NewPassword(password=chosen))
        elif name:
            chosen = _secret(password_file, _NEW_ENV, f"{name} 的新口令", twice=True)
            found = ask(data, FORGOT, Forgot(clerk=name, password=chosen, anew=anew))
        else:
            found = ask(data, FORGOT_STATUS, Nothing())
        answer(to_json(found), _forgotten_words(found), as_json=as_json)


def _forgotten_words(found: "ForgottenShown") -> str:
    if not found.clerk:
        return "没有等待放行的申请。"
    if not found.code:
        return f"{found.clerk} 的新口令已启用，旧口令不再有效。"
    words = [f"{found.clerk} 的核对码：{found.code}"]
    if found.stray:
        words.append("收到过不是给这次申请的放行，没有使用。请告诉县里。")
    if found.old:
        words.append("这个申请时间太久，已经失效，请重新申请。")
    elif found.released:
        words.append("县里已放行：用 clerk forgot --done 和申请时选的新口令启用。")
    else:
        words.append("申请随下次交换或 U 盘送到县里。请打电话把核对码读给县里，等县里放行。")
    return "\n".join(words)


def _proof(clerk: str, file: Path | None, *, needed: bool) -> "Proof":
    from station_agent.clerks.calls import Proof

    if not needed:
        return Proof()
    password = read_secret(None, file, _BY_ENV)
    if password is None and sys.stdin.isatty():
        clerk = clerk or click.prompt("认可的办事员（没有办事员时直接回车）", default="", err=True)
        password = click.prompt("其口令", hide_input=True, err=True)
    return Proof(clerk=clerk, password=password)


def _secret(file: Path | None, env: str, asked: str, *, twice: bool = False) -> str:
    """A password by file, environment or prompt.

    Raises:
        UsageError: there is none, and nobody to ask.
    """
    found = read_secret(None, file, env)
    if found is None and sys.stdin.isatty():
        found = click.prompt(asked, hide_input=True, confirmation_prompt=twice, err=True)
    if not found:
        raise UsageError(f"缺少{asked}：用文件、环境变量 {env} 或 {env}_FILE")
    return str(found)


def _say(shown: "ClerksShown", done: str, *, as_json: bool) -> None:
    lines = [done] if done else []
    lines += [
        f"{one.name}（口令输错多次，{one.wait_s} 秒后可再试）" if one.wait_s else one.name
        for one in shown.clerks
    ]
    if not shown.clerks:
        lines.append("本站还没有办事员；可用 clerk add 增加。")
    answer(to_json(shown), "\n".join(lines), as_json=as_json)
