"""Every command of ``yizhan-station`` but ``run``: made when one of them is given.

Source: docs/operations.md, "Commands".
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.limits import MAX_KIT_BYTES
from runtime.cli.command import (
    FILE,
    FOLDER,
    always_json,
    data_argument,
    json_option,
    print_json,
    progress,
    read_file,
    read_secret,
)
from runtime.cli.going_back import go_back_command
from runtime.cli.terminal import answer
from runtime.control.calls import Nothing
from runtime.doctor.command import doctor_command
from runtime.metrics.command import metrics_command
from runtime.sticks.command import stick_group
from runtime.system import SystemClock, SystemRandomness
from station_agent.answers.commands import answer_commands
from station_agent.batches.commands import batch_group
from station_agent.circulars.commands import circular_commands
from station_agent.clerks.commands import clerk_group
from station_agent.control_client import ask
from station_agent.desk.commands import desk_command
from station_agent.drafts.commands import drafts_command
from station_agent.followups.commands import follow_up_commands
from station_agent.intake.commands import item_commands
from station_agent.intake.submit_commands import submit_commands
from station_agent.numbers.commands import numbers_command
from station_agent.originals.commands import original_commands
from station_agent.queueing.commands import queue_group
from station_agent.ratings.commands import rating_commands
from station_agent.slips.commands import station_receipt_group
from station_agent.status.commands import situation_command
from station_agent.training.commands import train_command

if TYPE_CHECKING:
    from runtime.doctor.examination import Patient
    from runtime.node.identity import Identity

_CODE_ENV, _PASSWORD_ENV = "YIZHAN_CODE", "YIZHAN_PASSWORD"
_password_option = click.option(
    "--password-file", type=FILE, help="File with the clerk's password."
)
_clerk_option = click.option(
    "--clerk", envvar="YIZHAN_CLERK", default="", help="Whose password it is."
)


@click.command()
@click.argument("kit", type=FILE)
@click.option("--data", required=True, type=FOLDER, help="New data folder.")
@click.option("--code", help="The one-time code; better from a file or YIZHAN_CODE.")
@click.option("--code-file", type=FILE, help="File with the one-time code.")
@click.option("--stick", type=FOLDER, help="Ask by this stick or drop folder, not by a line.")
@click.option("--via", default="", help="Ask any node of this county: https://host:port")
@_password_option
@json_option
def join(
    kit: Path,
    *,
    data: Path,
    code: str | None,
    code_file: Path | None,
    stick: Path | None,
    via: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Make DATA a station's data folder, with the KIT and its one-time code."""
    from protocol.trust.address import checked_url
    from runtime.control.owner import Owner
    from runtime.disk.files import private_folder
    from station_agent.desk_port import keep_port
    from station_agent.keys.joining import join_station

    secret = read_secret(code, code_file, _CODE_ENV)
    if not secret:
        raise UsageError("缺少开站码：用 --code、--code-file 或 YIZHAN_CODE")
    via = checked_url(via) if via else ""
    kit_data = read_file(kit, MAX_KIT_BYTES)
    password = _password(password_file)

    private_folder(data)

    async def work() -> None:
        owner = await Owner(data).lock()
        try:
            identity = await join_station(
                kit_data,
                secret,
                data,
                password=password,
                clock=SystemClock(),
                randomness=SystemRandomness(),
                report=lambda step: click.echo(f"{step}…", err=True),
                stick=stick,
                via=via,
            )
            keep_port(data, SystemRandomness())
        finally:
            await owner.close()
        _say_joined(identity, as_json=as_json)

    asyncio.run(work())


def _say_joined(identity: "Identity", *, as_json: bool) -> None:
    from protocol.trust.fingerprint import fingerprint

    words = fingerprint(identity.root)
    answer(
        {"node": identity.node, "fingerprint": words},
        f"已开站：{identity.name}（{identity.code}），节点 {identity.node}\n"
        f"所属：{identity.county_name}，指纹 {words}",
        as_json=as_json,
    )


@click.command()
@data_argument
@json_option
def exchange(data: Path, *, as_json: bool) -> None:
    """Exchange with the parent once, now."""
    from station_agent.exchange.calls import EXCHANGE

    report, finish = progress("交换")
    try:
        moved = ask(data, EXCHANGE, Nothing(), report)
    finally:
        finish()
    answer(
        to_json(moved),
        f"已与上级交换：上行 {moved.items_up} 件（{moved.bytes_up} 字节），"
        f"下行 {moved.items_down} 件（{moved.bytes_down} 字节）。",
        as_json=as_json,
    )


@click.command()
@data_argument
@json_option
def retry(data: Path, *, as_json: bool) -> None:
    """Offer again what the parent refused and this station set aside."""
    from station_agent.exchange.calls import RETRY

    found = ask(data, RETRY, Nothing())
    answer(to_json(found), f"{found.offered} 件将重新发送", as_json=as_json)


@click.command()
@data_argument
@json_option
def renew(data: Path, *, as_json: bool) -> None:
    """Ask the county for new keys and a new certificate; they are taken when they have come."""
    from station_agent.keys.calls import RENEW

    asked = ask(data, RENEW, Nothing())
    words = "已申请更换密钥和证书，申请随下次交换或 U 盘送出；县里答复后自动启用。"
    answer(to_json(asked), words, as_json=as_json)


@click.command()
@data_argument
@json_option
@click.option("--newest", type=click.IntRange(min=0), help="List only so many applications.")
@_clerk_option
@_password_option
def status(
    data: Path, *, as_json: bool, newest: int | None, clerk: str, password_file: Path | None
) -> None:
    """Show how far each application has got."""
    from station_agent.status.calls import STATUS, ShowStatus

    wanted = ShowStatus(password=_password(password_file), clerk=clerk, newest=newest)
    found = ask(data, STATUS, wanted)
    if as_json:
        print_json(to_json(found))
        return
    from station_agent.status.terminal import show_status

    show_status(found)


@click.command()
@data_argument
@click.argument("application")
@click.option("--to", "folder", type=FOLDER, help="A folder; names in it are never overwritten.")
@_clerk_option
@_password_option
@always_json
def result(
    data: Path, application: str, *, folder: Path | None, clerk: str, password_file: Path | None
) -> None:
    """Print the result of one APPLICATION (or case number); write its attachments into a folder."""
    from station_agent.status.calls import RESULT, ShowResult

    wanted = ShowResult(
        application=application,
        folder=folder.absolute() if folder else None,
        clerk=clerk,
        password=_password(password_file),
    )
    print_json(to_json(ask(data, RESULT, wanted)))


@click.command()
@data_argument
@json_option
def salvage(data: Path, *, as_json: bool) -> None:
    """Make a damaged database anew, from the journal and what can be read of it."""
    from runtime.control.owner import Owner
    from station_agent.opening import recover_station
    from station_agent.upkeep.recovery import RecoveredDatabase

    async def work() -> RecoveredDatabase:
        owner = await Owner(data).lock()
        try:
            return await recover_station(data, randomness=SystemRandomness())
        finally:
            await owner.close()

    found = asyncio.run(work())
    if as_json:
        print_json(found.json())
        return
    from station_agent.status.terminal import show_recovery

    show_recovery(found)


def _station() -> "Patient":
    from station_agent.doctor.examination import STATION

    return STATION


def every_other_command() -> Iterable[click.Command]:
    """All of them, in the order of the guide."""
    return (
        join,
        exchange,
        retry,
        renew,
        status,
        result,
        salvage,
        stick_group("station", ask, can_choose=False),
        *submit_commands(ask),
        *follow_up_commands(ask),
        *answer_commands(ask),
        *original_commands(ask),
        *circular_commands(ask),
        *rating_commands(ask),
        *item_commands(ask),
        numbers_command(ask),
        clerk_group(ask),
        desk_command(ask),
        situation_command(ask),
        station_receipt_group(ask),
        drafts_command(ask),
        queue_group(ask),
        batch_group(ask),
        train_command(ask),
        doctor_command(_station),
        metrics_command(ask),
        go_back_command("station.db"),
    )


def _password(file: Path | None) -> str | None:
    password = read_secret(None, file, _PASSWORD_ENV)
    if password == "":
        raise UsageError("口令是空的")
    return password
