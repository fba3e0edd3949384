"""``yizhan-provision policy``: the rules in force, in words.

Source: docs/operations.md, "Policy".
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from protocol.json_values import to_json
from protocol.trust.roster import Role
from provisioning.policy.calls import APPLY, POLICY, ApplyPolicy, PolicyShown
from provisioning.policy.model import FILE
from provisioning.policy.reading import AUTO, MANUAL, NO_REVIEW, SECOND_PERSON, TOWNSHIP
from runtime.cli.command import data_argument, json_option, print_json
from runtime.control.calls import Ask, Nothing

Words = Callable[[Any], str]

_ROLES = {Role.COUNTY.value: "县中心", Role.HUB.value: "乡镇枢纽", Role.STATION.value: "村站"}
_APPROVALS = {AUTO: "自动（开站码正确即可）", MANUAL: "人工（逐个核准）"}
_REVIEWS = {NO_REVIEW: "不要求（编写人可直接发布）", SECOND_PERSON: "须由另一人审核"}
_PLACES = {Role.COUNTY.value: "县中心", TOWNSHIP: "同一乡镇的枢纽（没有则为县中心）"}
_SUITES = {1: "1（X-Wing 混合）", 2: "2（X25519）"}


def policy_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks the authority of a data folder."""

    @click.command()
    @data_argument
    @click.option("--apply", is_flag=True, help="Put what nodes are to obey on the roster.")
    @json_option
    def policy(data: Path, *, apply: bool, as_json: bool) -> None:
        """Show the rules in force, and whether the roster says the same as the file."""
        found = ask(data, POLICY, Nothing())
        if apply:
            found = ask(data, APPLY, ApplyPolicy(file=FILE, rules=found.rules))
        if as_json:
            print_json(to_json(found))
        else:
            _show(found)

    return [policy]


def _show(found: PolicyShown) -> None:
    click.echo(f"规定文件：{found.file or '没有，按通常的规定'}")
    click.echo("由县中心自己执行，文件保存后立即生效：")
    for name, (title, words) in _OWN.items():
        table, key = name.split(".")
        click.echo(f"  {title}：{words(found.policy[table][key])}  {_key(name)}")
    click.echo("由各枢纽和村站执行，写入名册（--apply）后生效：")
    for name, (title, words) in _RULED.items():
        click.echo(f"  {title}：{words(found.rules[name])}  {_key(name)}")
    click.echo(_compared(found))


def _compared(found: PolicyShown) -> str:
    """How the roster differs from the file, or what has just been done about it."""
    version, ruled = found.roster.version, found.roster.rules
    if not found.differs:
        if found.changed:
            return f"已写入名册第 {version} 版，各节点收到后立即执行。"
        return f"名册第 {version} 版与文件一致。"
    differs = [
        f"  {title}：名册 {words(ruled[name])}，文件 {words(found.rules[name])}"
        for name, (title, words) in _RULED.items()
        if name in found.differs
    ]
    return "\n".join((f"名册第 {version} 版与文件不同，请用 --apply 写入：", *differs))


def _key(name: str) -> str:
    return "[{}] {}".format(*name.split("."))


def _listed(words: Mapping[Any, str]) -> Words:
    return lambda value: "、".join(words.get(one, str(one)) for one in value) or "无"


def _days(value: int) -> str:
    return f"{value} 天" if value else "不限"


def _quota(value: int | None) -> str:
    return "按各枢纽的设置" if value is None else f"{value:,}"


_OWN: Mapping[str, tuple[str, Words]] = {
    "roles.allowed": ("可以登记的角色", _listed(_ROLES)),
    "enrolment.approval": ("开站核准", _APPROVALS.__getitem__),
    "lifetimes.code_days": ("开站码有效期", _days),
    "lifetimes.audit_days": ("审计记录至少保留", _days),
    "hub.parents": ("枢纽可以归谁管", _listed(_ROLES)),
    "hub.max_children": ("每个枢纽的下级上限", str),
    "station.parents": ("村站可以归谁管", _listed(_ROLES)),
    "station.usual_parent": ("未写上级的村站归", _PLACES.__getitem__),
    "catalogue.review": ("目录发布前的审核", _REVIEWS.__getitem__),
    "catalogue.review_days": ("目录草稿待审多久提醒", _days),
}
_RULED: Mapping[str, tuple[str, Words]] = {
    "algorithms.suites": ("封装算法", _listed(_SUITES)),
    "lifetimes.keys_days": ("节点换密钥的周期", _days),
    "quotas.bytes": ("每站在枢纽的配额（字节）", _quota),
    "quotas.items": ("每站在枢纽的配额（件）", _quota),
    "retention.office_days": ("乡镇办完的副本保留", _days),
}
