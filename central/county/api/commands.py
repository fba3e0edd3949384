"""``yizhan-county token add|list|revoke`` (docs/api.md, "Tokens")."""

from pathlib import Path

import click

from central.county.api.calls import (
    ADD,
    LIST,
    MAX_DAYS,
    REVOKE,
    USUAL_DAYS,
    AddToken,
    RevokeToken,
    TokenRight,
    TokenShown,
)
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option, print_json
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask, Nothing

_DAY = "%Y-%m-%d"


def token_group(ask: Ask) -> click.Group:
    """The commands about tokens; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def token() -> None:
        """Tokens by which department systems use the API."""

    for command in (_add(ask), _list(ask), _revoke(ask)):
        token.add_command(command)
    return token


def _add(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("name")
    @click.option("--rights", default="read", show_default=True, help="Of read,act,events.")
    @click.option("--department", default="", help="Code: only cases of its items.")
    @click.option(
        "--days",
        type=click.IntRange(1, MAX_DAYS),
        default=USUAL_DAYS,
        show_default=True,
        help="How long it counts.",
    )
    @json_option
    def add(
        data: Path, name: str, *, rights: str, department: str, days: int, as_json: bool
    ) -> None:
        """Make a token that acts as the account NAME; it is printed this once."""
        wanted = AddToken(name=name, rights=_rights(rights), department=department, days=days)
        made = ask(data, ADD, wanted)
        if as_json:
            print_json(to_json(made))
            return
        click.echo(made.token)
        until = f"{local_time(made.until_ms):{_DAY}}"
        click.echo(f"令牌只显示这一次，请妥善保存；有效期至 {until}。", err=True)

    return add


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_tokens(data: Path, *, as_json: bool) -> None:
        """List the tokens, without what proves them."""
        found = ask(data, LIST, Nothing()).tokens
        if as_json or not found:
            answer({"tokens": to_json(found)}, "还没有接口令牌。", as_json=as_json)
            return
        print_table(
            ("名称", "权限", "部门", "有效期至", "收回"),
            [
                (one.name, "、".join(one.rights), one.department or "—", *_days(one))
                for one in found
            ],
        )

    return list_tokens


def _revoke(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("name")
    @json_option
    def revoke(data: Path, name: str, *, as_json: bool) -> None:
        """Let the token NAME count no more, from the next request on."""
        gone = ask(data, REVOKE, RevokeToken(name=name))
        answer(to_json(gone), f"已收回 {gone.name}", as_json=as_json)

    return revoke


def _days(one: TokenShown) -> tuple[str, str]:
    revoked = f"{local_time(one.revoked_ms):{_DAY}}" if one.revoked_ms else "—"
    return f"{local_time(one.until_ms):{_DAY}}", revoked


def _rights(text: str) -> list[TokenRight]:
    try:
        return [TokenRight(name.strip()) for name in text.split(",")]
    except ValueError:
        raise UsageError(f"--rights {text[:40]}: read,act,events") from None
