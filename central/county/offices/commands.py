"""``yizhan-county office``: keys of the offices of townships, and the cases that they have."""

from pathlib import Path

import click

from central.county.offices.calls import (
    APPROVE,
    LISTED,
    RECLAIM,
    ApproveOffice,
    OfficeAsked,
    ReclaimOffice,
)
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

_STATES = {
    "open": "等待核准",
    "approved": "已核准，在用",
    "replaced": "已被取代",
    "retired": "已停用",
}


def office_group(ask: Ask) -> click.Group:
    """The group; ``ask`` asks whoever owns the data folder of a county."""

    @click.group(name="office")
    def office() -> None:
        """Offices of townships that work on cases: their keys, and what they have."""

    for make in (_list, _approve, _reclaim):
        office.add_command(make(ask))
    return office


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_keys(data: Path, *, as_json: bool) -> None:
        """List the keys that offices asked for; codes are heard by telephone and not shown."""
        found = ask(data, LISTED, Nothing())
        lines = [_line(one) for one in found.keys] or ["没有乡镇申请办件密钥。"]
        lines += [
            f"{one.hub}  {one.name}  在办 {one.cases} 件，没有可用的密钥"
            for one in found.offices
            if not one.key
        ]
        answer(to_json(found), "\n".join(lines), as_json=as_json)

    return list_keys


def _approve(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("hub")
    @click.argument("code")
    @json_option
    def approve(data: Path, hub: str, code: str, *, as_json: bool) -> None:
        """Let the office of HUB read its cases: for the request whose CODE was read out."""
        found = ask(data, APPROVE, ApproveOffice(hub=identifier(hub), code=code))
        words = f"已核准，该乡镇的办件从现在起封给这把密钥：{_line(found)}"
        answer(to_json(found), words, as_json=as_json)

    return approve


def _reclaim(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("hub")
    @click.option("--note", required=True, help="Why, for the log of each case.")
    @click.option("--retire", is_flag=True, help="Its PC is lost: seal nothing for its key.")
    @click.option("--again", is_flag=True, help="Give them again, once the office has a key.")
    @json_option
    def reclaim(
        data: Path, hub: str, *, note: str, retire: bool, again: bool, as_json: bool
    ) -> None:
        """Take back every case that the office of HUB has, because its PC is lost."""
        wanted = ReclaimOffice(hub=identifier(hub), note=note, retire=retire, again=again)
        found = ask(data, RECLAIM, wanted)
        then = "有可用的密钥后自动再交" if again else "要再交的逐件办理（to-office）"
        words = f"已收回 {found.cases} 件，由县里办理；{then}。"
        answer(to_json(found), words, as_json=as_json)

    return reclaim


def _line(one: OfficeAsked) -> str:
    at = local_time(one.arrived_ms)
    by = f"  {one.judged_by}" if one.judged_by else ""
    cases = f"  在办 {one.cases} 件" if one.cases else ""
    return (
        f"{one.hub}  {one.name}  {one.key}  {one.asked_by}  {at:%Y-%m-%d %H:%M} 到县"
        f"  {_STATES[one.state]}{by}{cases}  密钥指纹 {one.words}"
    )
