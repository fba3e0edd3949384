"""``yizhan-provision``: the county administrator's commands for the roster.

Results are JSON on stdout, words for people on stderr. Exit: 0 done, 2 usage, 3 refused.

Source: docs/operations.md, "Commands".
"""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from protocol.catalogue.terms import ROLES
from protocol.errors import NotJoinedError, UsageError
from protocol.json_values import to_json
from protocol.limits import MAX_ENTRY_BYTES
from protocol.text import decode
from protocol.trust.budget import Budget, read_budget
from protocol.trust.roster import Role
from provisioning.authority import FOLDER as AUTHORITY
from provisioning.authority import Authority
from provisioning.bulk.commands import bulk_commands
from provisioning.doctor.examination import AUTHORITY_PATIENT
from provisioning.enrolment.calls import ADD, Add
from provisioning.enrolment.commands import enrolment_commands
from provisioning.escrow.commands import escrow_commands
from provisioning.kitfile import kit_written
from provisioning.lifecycle.commands import STATES, anyway_option, lifecycle_commands
from provisioning.operations import recorded
from provisioning.policy.commands import policy_commands
from provisioning.roster.calls import (
    BUDGET,
    FINGERPRINT,
    PATHS,
    SHOW,
    SetBudget,
    SetPaths,
)
from runtime.actor import Actor
from runtime.cli.command import (
    FILE,
    account,
    data_argument,
    json_option,
    log_format_option,
    print_json,
    silent,
    version_option,
    warn_of_loopback,
)
from runtime.cli.program import start
from runtime.cli.terminal import answer
from runtime.control.calls import Call, Nothing, ask, handler
from runtime.control.owner import Operation, Report
from runtime.doctor.command import doctor_command
from runtime.doctor.examination import Patient
from runtime.logs.setup import set_up_logs
from runtime.rescue import reading_anyway
from runtime.system import SystemClock, SystemRandomness

A = TypeVar("A")
R = TypeVar("R")


@click.group()
@version_option("yizhan-provision")
@log_format_option
def cli(*, log_format: str) -> None:
    """Invite hubs and stations of one county, and list them."""
    set_up_logs(form=log_format)


@cli.command()
@data_argument
@click.option(
    "--role",
    type=click.Choice([Role.HUB.value, Role.STATION.value]),
    required=True,
    help="A township hub or a village station.",
)
@click.option("--code", required=True, help="Division code, 6, 9 or 12 digits.")
@click.option("--name", required=True, help="Name for people to read.")
@click.option("--parent", help="Node id or division code of its hub; the county if left out.")
@click.option("--url", default="", help="Where a hub is called: https://host:port.")
@click.option("--contact", default="", help="Who is called when something is wrong: name, number.")
@click.option("--kit", type=FILE, required=True, help="Where the kit goes, a new file.")
@click.option("--force", is_flag=True, help="Replace the kit file if there is one.")
@anyway_option
@json_option
def add(
    data: Path,
    *,
    role: str,
    code: str,
    name: str,
    parent: str | None,
    url: str,
    contact: str,
    kit: Path,
    force: bool,
    anyway: bool,
    as_json: bool,
) -> None:
    """Put a new node on the roster, write its kit, print its one-time code."""
    wanted = Add(
        role=Role(role),
        code=code,
        name=name,
        parent=parent,
        url=url,
        contact=contact,
        anyway=anyway,
    )
    made = kit_written(kit, lambda: _ask(data, ADD, wanted), force=force)
    print_json({"node": made.node, "code": made.code})
    if not as_json:
        click.echo(f"已登记{ROLES[role]}“{name}”，开站包在 {kit}。", err=True)
        warn_of_loopback(url)
        click.echo("请把开站码写在纸上，与开站包分开送达；开站码只能用一次。", err=True)


@cli.command("fingerprint")
@data_argument
@json_option
def show_fingerprint(data: Path, *, as_json: bool) -> None:
    """Print the words by which this county is recognised over the telephone."""
    words = _ask(data, FINGERPRINT, Nothing())
    answer({"fingerprint": words}, words, as_json=as_json)


@cli.command()
@data_argument
@click.argument("node")
@click.option("--other", "others", multiple=True, help="Node id of a hub or of the county.")
@json_option
def paths(data: Path, *, node: str, others: tuple[str, ...], as_json: bool) -> None:
    """Let a station call other nodes, in this order, when its hub is silent; none: no more."""
    done = _ask(data, PATHS, SetPaths(node=node, others=others))
    words = f"名册第 {done.roster} 版：{node} 有 {len(others)} 条备用线路。"
    answer(to_json(done), words, as_json=as_json, err=True)


@cli.command()
@data_argument
@json_option
def show(data: Path, *, as_json: bool) -> None:
    """List the nodes of the roster."""
    nodes = _ask(data, SHOW, Nothing())
    if as_json:
        print_json(to_json(nodes))
        return
    for node in nodes:
        words = (ROLES[node.role.value], STATES[node.state.value], node.code, node.name)
        limited = "有限额" if node.budget else ""
        counted = "" if node.upto is None else f"收至第 {node.upto} 件"
        changed = f"已换机 {node.replaced} 次" if node.replaced else ""
        notes = (part for part in (node.url, limited, counted, changed) if part)
        click.echo("  ".join((node.node, *words, *notes)))


@cli.command()
@data_argument
@click.argument("node")
@click.option(
    "--file", type=click.File("rb", lazy=True), help="TOML with the tables of a budget; - is stdin."
)
@click.option("--clear", is_flag=True, help="Lift every limit that the county set.")
@json_option
def budget(data: Path, node: str, *, file: BinaryIO | None, clear: bool, as_json: bool) -> None:
    """Limit what goes over the line between NODE and its parent, lane by lane."""
    if (file is None) == (not clear):
        raise UsageError("--file 和 --clear 要写一个，也只写一个")
    wanted = None if file is None else _read_budget(file)
    done = _ask(data, BUDGET, SetBudget(node=node, budget=wanted))
    words = "已取消限额" if wanted is None else "已设定限额"
    said = f"{words}：节点 {node}，名册版本 {done.roster}。"
    answer(to_json(done), said, as_json=as_json, err=True)


def main() -> None:
    """Run one command line and exit with its code."""
    start(cli, "yizhan-provision")


def _ask(data: Path, call: Call[A, R], args: A, report: Report = silent) -> R:
    """One call, answered by the process that owns ``data`` or by this one."""
    _require(data)
    name = account()

    async def work(folder: Path) -> R:
        async with _opened(folder) as operations:
            method = handler(operations, call).method
            return await method(Actor.at_command_line(name), args, report)

    async def directly() -> R:
        return await reading_anyway(data, work, reads=call.reads)

    return asyncio.run(ask(data, call, args, account=name, report=report, directly=directly))


def _require(data: Path) -> None:
    if not (data / AUTHORITY).is_dir():
        raise NotJoinedError(str(data))


@asynccontextmanager
async def _opened(data: Path) -> AsyncIterator[Mapping[str, Operation]]:
    """What the authority of ``data`` can be asked, by the process that holds the lock."""
    authority = await asyncio.to_thread(
        Authority.open, data / AUTHORITY, clock=SystemClock(), randomness=SystemRandomness()
    )
    try:
        yield recorded(authority, _nobody_to_tell)
    finally:
        await asyncio.to_thread(authority.close)


async def _nobody_to_tell() -> None:
    """No server runs; the next one reads the new roster when it starts."""


def _read_budget(file: BinaryIO) -> Budget:
    """The budget that ``file`` says, checked here so that a mistake names the file."""
    data = file.read(MAX_ENTRY_BYTES + 1)
    if len(data) > MAX_ENTRY_BYTES:
        raise UsageError(f"{file.name}: more than {MAX_ENTRY_BYTES} bytes")
    try:
        tables = tomllib.loads(decode(data))
    except ValueError as exc:
        raise UsageError(f"{file.name}: {exc}") from None
    return read_budget(tables)


def _authority() -> Patient:
    return AUTHORITY_PATIENT


for _command in (
    *bulk_commands(_ask),
    *enrolment_commands(_ask),
    *escrow_commands(_ask),
    *lifecycle_commands(_ask),
    *policy_commands(_ask),
    doctor_command(_authority),
):
    cli.add_command(_command)
