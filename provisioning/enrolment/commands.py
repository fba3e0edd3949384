"""``yizhan-provision waiting|approve|reject|invite-again``.

Source: docs/operations.md, "Enrol a node".
"""

from pathlib import Path

import click

from protocol.json_values import to_json
from provisioning.enrolment.calls import (
    AGAIN,
    DISMISS,
    JUDGE,
    SUSPECTED,
    WAITING,
    Judge,
    OfNode,
)
from provisioning.enrolment.tables import Verdict
from provisioning.kitfile import kit_written
from runtime.cli.command import FILE, always_json, data_argument, json_option, print_json
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

_SUSPECTED = {
    "wrong-codes": "的开站码被多次输错，开站包可能落入他人之手；可用 invite-again 重新发放",
    "two-requests": "有两台电脑用同一开站码申请，开站包和开站码可能已被抄走；请逐一电话核对",
}
_compared = click.option(
    "--fingerprint",
    "compared",
    default="",
    help="The fingerprint in words that was compared; needed if two PCs ask under one code.",
)


def enrolment_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns the authority of a data folder."""
    return [_waiting(ask), *_judging(ask), _invite_again(ask), _dismiss(ask)]


def _waiting(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @json_option
    def waiting(data: Path, *, as_json: bool) -> None:
        """List nodes whose code was right and that wait to be approved."""
        found = ask(data, WAITING, Nothing())
        if as_json:
            print_json(to_json(found))
            return
        for alarm in ask(data, SUSPECTED, Nothing()):
            words = _SUSPECTED[alarm.what]
            click.echo(f"警报：{alarm.name}（{alarm.node}）{words}", err=True)
        for who in found:
            new = "（换机）" if who.replaces else ""
            address = f"  地址 {who.url}" if who.url else ""
            click.echo(
                f"{who.node}  {who.code}  {who.name}{new}"
                f"  本机指纹 {who.fingerprint}{address}"
                + ("  ★同一开站码另有电脑申请" if who.others else "")
            )
        todo = "请打电话逐词核对本机指纹，一致再核准。" if found else "没有等待核准的节点。"
        click.echo(todo, err=True)

    return waiting


def _judging(ask: Ask) -> list[click.Command]:
    @click.command()
    @data_argument
    @click.argument("node")
    @_compared
    @json_option
    def approve(data: Path, node: str, compared: str, *, as_json: bool) -> None:
        """Let NODE in, after its fingerprint was compared by telephone."""
        word = Judge(node=node, verdict=Verdict.APPROVED, compared=compared)
        who = ask(data, JUDGE, word)
        answer(to_json(who), f"已核准 {who.name}，对方再运行一次 join 即可开站。", as_json=as_json)

    @click.command()
    @data_argument
    @click.argument("node")
    @_compared
    @json_option
    def reject(data: Path, node: str, compared: str, *, as_json: bool) -> None:
        """Refuse NODE; it may be invited again."""
        word = Judge(node=node, verdict=Verdict.REJECTED, compared=compared)
        who = ask(data, JUDGE, word)
        answer(to_json(who), f"已拒绝 {who.name}。", as_json=as_json)

    return [approve, reject]


def _invite_again(ask: Ask) -> click.Command:
    @click.command("invite-again")
    @data_argument
    @click.argument("node")
    @click.option("--kit", type=FILE, required=True, help="Where the kit goes, a new file.")
    @click.option("--force", is_flag=True, help="Replace the kit file if there is one.")
    @always_json
    def invite_again(data: Path, node: str, *, kit: Path, force: bool) -> None:
        """Write a new kit for NODE, which has not joined, and print its new code."""
        made = kit_written(kit, lambda: ask(data, AGAIN, OfNode(node=node)), force=force)
        print_json({"node": made.node, "code": made.code})

    return invite_again


def _dismiss(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("node")
    @json_option
    def dismiss(data: Path, node: str, *, as_json: bool) -> None:
        """Take the alarms about the kit of NODE off the list, once they were looked into."""
        ask(data, DISMISS, OfNode(node=node))
        answer({"node": node}, f"已撤下 {node} 的开站警报。", as_json=as_json)

    return dismiss
