"""``yizhan-hub``: the township hub's command line (docs/operations.md, "Commands")."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from central.accounts.commands import staff_group
from central.commands.nodes import ALARM_WORDS, age_text
from central.commands.retry import retry_command
from central.hub.calls import RENEW, STATUS
from central.hub.offices.commands import office_group
from central.pages.commands import pages_command
from central.relay.health.calls import HubState, NeighbourShown
from protocol.errors import UsageError
from protocol.json_values import ABSENT, to_json
from protocol.limits import MAX_KIT_BYTES
from protocol.trust.address import checked_url
from protocol.trust.fingerprint import fingerprint
from protocol.trust.roster import Role
from runtime.actor import Actor
from runtime.cli.command import (
    PATH,
    account,
    always_json,
    data_argument,
    json_option,
    log_format_option,
    print_json,
    read_file,
    read_secret,
    silent,
    version_option,
)
from runtime.cli.going_back import go_back_command
from runtime.cli.program import start
from runtime.cli.situation import situation_command
from runtime.cli.slips import receipt_group
from runtime.cli.terminal import answer, say_address
from runtime.control.calls import Call, Nothing, ask
from runtime.control.owner import Report
from runtime.disk.files import private_folder
from runtime.doctor.command import doctor_command
from runtime.logs.setup import set_up_logs
from runtime.metrics.command import metrics_command
from runtime.metrics.option import metrics_option
from runtime.notify import and_say_ready
from runtime.sticks.command import stick_group
from runtime.system import SystemClock, SystemRandomness

_LANES = {"applications": "申请", "results": "结果", "blobs": "附件", "catalogue": "目录"}
_CLOCK_MS = 5 * 60_000
_SHUT = {"window": "时段未到", "budget": "今日流量已用完"}

if TYPE_CHECKING:
    from runtime.doctor.examination import Patient

A = TypeVar("A")
R = TypeVar("R")


@click.group()
@version_option("yizhan-hub")
@log_format_option
@click.option("--verbose", is_flag=True, help="Log every exchange to stderr.")
def cli(*, verbose: bool, log_format: str) -> None:
    """乡镇枢纽 Yizhan township hub: takes custody of what it cannot read, and passes it on."""
    set_up_logs(verbose=verbose, form=log_format)


@cli.command()
@click.argument("kit", type=PATH)
@click.option("--data", required=True, type=PATH, help="New data folder.")
@click.option("--code", help="One-time code; or YIZHAN_CODE, YIZHAN_CODE_FILE, --code-file.")
@click.option("--code-file", type=PATH, help="File with the one-time code.")
@click.option("--url", default="", help="Where stations will call it: https://host:port")
@click.option("--stick", type=PATH, help="Ask by this stick, not by a line.")
@always_json
def join(
    kit: Path, *, data: Path, code: str | None, code_file: Path | None, url: str, stick: Path | None
) -> None:
    """Make DATA the folder of the hub that KIT is for."""
    secret = read_secret(code, code_file, "YIZHAN_CODE")
    if secret is None:
        raise UsageError("缺少开站码：用 --code、--code-file 或 YIZHAN_CODE")
    from runtime.node.joining import Joining

    url = checked_url(url) if url else ""
    joining = Joining(
        clock=SystemClock(),
        randomness=SystemRandomness(),
        report=lambda step: click.echo(f"… {step}", err=True),
    )
    private_folder(data)
    kit_data = read_file(kit, MAX_KIT_BYTES)
    work = joining.join(kit_data, secret, data, Role.HUB, url=url, stick=stick)
    identity = asyncio.run(work)
    click.echo(f"已开通 {identity.name}；县指纹 {fingerprint(identity.root)}", err=True)
    print_json({"node": identity.node})


@cli.command()
@data_argument
@metrics_option
@json_option
def serve(data: Path, *, metrics: str, as_json: bool) -> None:
    """Run the hub in DATA; prints "ready URL" once it accepts, then "board URL"."""
    from central.hub.app import serve_hub

    ready, opened = (partial(say_address, word, as_json=as_json) for word in ("ready", "board"))
    asyncio.run(serve_hub(data, and_say_ready(ready), opened, metrics))


@cli.command()
@data_argument
@json_option
def renew(data: Path, *, as_json: bool) -> None:
    """Ask the county for new keys and a new certificate; they are taken when they have come."""
    asked = _ask(data, RENEW, Nothing())
    answer(
        to_json(asked),
        "已申请更换密钥和证书，申请随下次交换或 U 盘送出；县里答复后自动启用。",
        as_json=as_json,
    )


@cli.command()
@data_argument
@json_option
def status(data: Path, *, as_json: bool) -> None:
    """Show what waits here: counts, ages and sizes, never content."""
    state = _ask(data, STATUS, Nothing())
    if as_json:
        print_json(to_json(state))
        return
    for line in (*_own_lines(state), *map(_neighbour_line, state.neighbours)):
        click.echo(line)
    for one in state.aside:
        click.echo(f"  已搁置 {one.kind} {one.item[:16]}：{one.refused_by} [{one.code}]")
    if state.stumbled:
        click.echo(f"  程序处理出错、已单独保存 {state.stumbled} 件，请查看日志 item.failed-inside")


def _own_lines(state: HubState) -> Iterator[str]:
    """Which numbers are in force, and what is wrong with the hub itself."""
    yield f"枢纽 {state.node}  目录版本 {state.release}  名册版本 {state.roster}"
    if state.state == "draining":
        yield "注意：县中心正在收回本枢纽；照常转运，不再增加下级。"
    if state.standing:
        yield f"注意：{state.standing.words} [{state.standing.code}]"
    error_ms = state.clock_error_ms
    if error_ms is not None and abs(error_ms) > _CLOCK_MS:
        way = "快" if error_ms > 0 else "慢"
        yield f"注意：本机时钟比县中心{way} {abs(error_ms) // 60_000} 分钟，请校准。"


def _neighbour_line(neighbour: NeighbourShown) -> str:
    """What waits for it and why, when it was last heard, and what it says is wrong with it."""
    waiting = [
        f"{title} {heap.waiting} 件 {heap.bytes} 字节"
        for heap, title in ((neighbour.envelopes, "信封"), (neighbour.blobs, "附件"))
        if heap
    ]
    shut = [
        f"{_LANES[lane]}（{_SHUT[load.shut]}）"
        for lane, load in neighbour.lanes.items()
        if load.shut
    ]
    held = f"；暂停：{'、'.join(shut)}" if shut else ""
    age_s = None if neighbour.heard_age_s is ABSENT else neighbour.heard_age_s
    heard = age_text(age_s, never="从未")
    conditions = neighbour.health.conditions if neighbour.health else ()
    said = "、".join(ALARM_WORDS.get(code, code) for code in conditions)
    wrong = f"；自报：{said}" if said else ""
    name = neighbour.name or neighbour.node
    return f"  {name}：{'、'.join(waiting) or '无积压'}{held}；最近联系：{heard}{wrong}"


def _ask(data: Path, call: Call[A, R], args: A, report: Report = silent) -> R:
    """One call, answered by the process that owns DATA or by this one."""
    name = account()

    async def directly() -> R:
        # two seconds on an old server, and of no use to a command that the owner of DATA answers
        from central.hub.app import answer_directly

        actor = Actor.at_command_line(name)
        return await answer_directly(data, call, actor, args, report)

    return asyncio.run(ask(data, call, args, account=name, report=report, directly=directly))


cli.add_command(retry_command("hub", _ask))
cli.add_command(receipt_group(_ask))
cli.add_command(situation_command)
cli.add_command(stick_group("hub", _ask, can_choose=True))
cli.add_command(staff_group("hub", _ask))
cli.add_command(office_group(_ask))
cli.add_command(
    pages_command("board", "hub.board", "Say where the running hub's board is.", "yizhan-hub serve")
)


def _hub() -> "Patient":
    from central.hub.doctor import HUB
    from central.server.examination import patient

    return patient(HUB)


cli.add_command(go_back_command("hub.db"))
cli.add_command(metrics_command(_ask))
cli.add_command(doctor_command(_hub))


def main() -> None:
    """Entry point of the script."""
    start(cli, "yizhan-hub")


if __name__ == "__main__":
    main()
