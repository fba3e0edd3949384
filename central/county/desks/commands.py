"""``yizhan-county desk-release``: a village's desk whose clerks have forgotten their passwords."""

from pathlib import Path

import click

from central.county.desks.calls import LISTED, RELEASE_DESK, DeskAsked, ReleaseDesk
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing

_STATES = {
    "open": "等待放行",
    "old": "太久，已失效",
    "replaced": "已被新的申请取代",
    "released": "已放行",
}


def desk_release_group(ask: Ask) -> click.Group:
    """The group; ``ask`` asks whoever owns the data folder of a county."""

    @click.group(name="desk-release")
    def desk_release() -> None:
        """Desks of villages where no clerk knows a password any more."""

    desk_release.add_command(_list(ask))
    desk_release.add_command(_approve(ask))
    return desk_release


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_requests(data: Path, *, as_json: bool) -> None:
        """List the desks that ask; codes are heard by telephone and not shown."""
        found = ask(data, LISTED, Nothing())
        lines = [_line(one) for one in found.requests] or ["没有村站申请放行。"]
        answer(to_json(found), "\n".join(lines), as_json=as_json)

    return list_requests


def _approve(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("station")
    @click.argument("code")
    @json_option
    def approve(data: Path, station: str, code: str, *, as_json: bool) -> None:
        """Release the desk of STATION for the request whose CODE was read out by telephone."""
        wanted = ReleaseDesk(station=identifier(station), code=code)
        found = ask(data, RELEASE_DESK, wanted)
        words = f"已放行，随下次交换或 U 盘送到村里：{_line(found)}"
        answer(to_json(found), words, as_json=as_json)

    return approve


def _line(one: DeskAsked) -> str:
    at = local_time(one.arrived_ms)
    by = f"  {one.released_by}" if one.released_by else ""
    return (
        f"{one.station}  {one.name}  {one.clerk}  {at:%Y-%m-%d %H:%M} 到县"
        f"  {_STATES[one.state]}{by}"
    )
