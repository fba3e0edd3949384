"""``yizhan-county``: the county centre's command line (docs/operations.md, "Commands")."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from central.accounts.commands import staff_group
from central.commands.archive import verify_command
from central.commands.backup import backup_commands
from central.commands.clock import clock_command
from central.commands.erase import erase_command
from central.commands.nodes import nodes_command
from central.commands.rekey import rekey_group
from central.commands.retry import retry_command
from central.county.api.commands import token_group
from central.county.archive.commands import archive_commands
from central.county.casework.commands import case_commands
from central.county.casework.find_commands import find_command
from central.county.catalogue.calls import PUBLISH, Publish
from central.county.catalogue.commands import catalogue_commands
from central.county.catalogue.drafts.commands import catalogue_group
from central.county.departments.commands import department_group, post_group
from central.county.departments.person_commands import person_groups
from central.county.desks.commands import desk_release_group
from central.county.documents.commands import document_commands
from central.county.fees.commands import fee_commands
from central.county.flows.commands import flow_commands
from central.county.flows.telephone.commands import telephone_command
from central.county.flows.worklist.commands import work_command
from central.county.followups.circular_commands import circular_commands
from central.county.followups.commands import letter_commands
from central.county.keys.calls import STATUS
from central.county.numbers.commands import numbers_group
from central.county.offices.commands import office_group
from central.county.ratings.commands import ratings_group
from central.county.reconciliation.calls import LEDGER
from central.county.reports.commands import report_group
from central.county.review.commands import review_commands
from central.county.supervision.commands import supervision_group
from central.pages.commands import pages_command
from protocol.json_values import to_json
from provisioning.audit.calls import (
    EXPORT,
    PURGE,
    VERIFY,
    ExportRecord,
    PurgeRecord,
    VerifyRecord,
)
from provisioning.policy.reading import NO_REVIEW, SECOND_PERSON
from runtime.actor import Actor
from runtime.cli.command import (
    FILE,
    PATH,
    account,
    data_argument,
    json_option,
    log_format_option,
    print_json,
    silent,
    version_option,
    warn_of_loopback,
)
from runtime.cli.going_back import go_back_command
from runtime.cli.program import start
from runtime.cli.situation import situation_command
from runtime.cli.slips import receipt_group
from runtime.cli.terminal import answer, print_table, say_address
from runtime.control.calls import Call, Nothing, ask
from runtime.control.owner import Report
from runtime.doctor.command import doctor_command
from runtime.logs.setup import set_up_logs
from runtime.metrics.command import metrics_command
from runtime.metrics.option import metrics_option
from runtime.notify import and_say_ready
from runtime.sticks.command import stick_group
from runtime.system import SystemClock, SystemRandomness

if TYPE_CHECKING:
    from runtime.doctor.examination import Patient

A = TypeVar("A")
R = TypeVar("R")


@click.group()
@version_option("yizhan-county")
@log_format_option
@click.option("--verbose", is_flag=True, help="Log every exchange to stderr.")
def cli(*, verbose: bool, log_format: str) -> None:
    """县中心 Yizhan county centre: takes in applications, decides, publishes, audits."""
    set_up_logs(verbose=verbose, form=log_format)


@cli.command()
@click.argument("data", type=PATH)
@click.option("--code", required=True, help="Division code of 6, 9 or 12 digits.")
@click.option("--name", required=True, help="Name of the county.")
@click.option("--url", required=True, help="Where hubs and stations call: https://host:port")
@click.option("--database", default="", help="SQLAlchemy URL; without it SQLite in DATA.")
@click.option("--blobs", default="", help="Where attachments go: a folder, or s3://BUCKET/PREFIX.")
@click.option("--blob-credentials", type=FILE, help="TOML file with the keys of the bucket.")
@click.option("--recovery", type=FILE, help="Where the recovery key goes; else DATA.recovery.")
@click.option(
    "--review",
    type=click.Choice([NO_REVIEW, SECOND_PERSON]),
    default=NO_REVIEW,
    show_default=True,
    help="Whether a second person approves the catalogue before it is published.",
)
@json_option
def init(
    data: Path,
    *,
    code: str,
    name: str,
    url: str,
    database: str,
    blobs: str,
    blob_credentials: Path | None,
    recovery: Path | None,
    review: str,
    as_json: bool,
) -> None:
    """Make DATA the folder of a new county: keys, authority, configuration."""
    from central.county.keys.founding import found_county
    from central.server.blobs import require_blobs
    from provisioning.escrow.recovery import beside

    credentials = str(blob_credentials.absolute()) if blob_credentials else ""
    require_blobs(blobs, credentials)
    node = found_county(
        data,
        code=code,
        name=name,
        url=url,
        database=database,
        blobs=blobs,
        blob_credentials=credentials,
        recovery=recovery,
        review=review,
        clock=SystemClock(),
        randomness=SystemRandomness(),
    )
    click.echo(f"恢复密钥在 {recovery or beside(data)}：备份只有它能打开，请立即移走。", err=True)
    if as_json:
        print_json({"node": node})
    else:
        click.echo(f"已建立 {name} {node}")
        warn_of_loopback(url)
        click.echo(f"下一步：yizhan-county serve {data}", err=True)
        click.echo(f"控制台账号：yizhan-county staff add {data} 账号名 --role security", err=True)


@cli.command()
@data_argument
@metrics_option
@json_option
def serve(data: Path, *, metrics: str, as_json: bool) -> None:
    """Run the county in DATA; prints "ready URL" once it accepts, then "console URL", "api URL"."""
    from central.county.app import serve_county
    from provisioning.escrow.alarms import key_alarms

    for alarm in key_alarms(data) if (data / "authority").exists() else ():
        click.echo(f"注意：{alarm['words']} [{alarm['code']}]", err=True)
    words = ("ready", "console", "api")
    ready, opened, api = (partial(say_address, word, as_json=as_json) for word in words)
    warn = partial(click.echo, err=True)
    asyncio.run(serve_county(data, and_say_ready(ready), opened, warn, metrics, api_opened=api))


@cli.command("attach")
@data_argument
@click.argument("new", type=PATH)
@click.option("--listen", required=True, help="host:port of its own, behind the balancer.")
@json_option
def attach_process(data: Path, new: Path, *, listen: str, as_json: bool) -> None:
    """Make NEW the folder of one more process of the county in DATA, which is on PostgreSQL."""
    from central.county.processes.attaching import attach

    attach(data, new, listen=listen)
    answer({"folder": str(new)}, f"已建立 {new}；运行：yizhan-county serve {new}", as_json=as_json)


@cli.command()
@data_argument
@json_option
def status(data: Path, *, as_json: bool) -> None:
    """Show which numbers are in force here, and what is wrong with the county itself."""
    state = _ask(data, STATUS, Nothing())
    if as_json:
        print_json(to_json(state))
        return
    click.echo(f"{state.name} {state.node}")
    click.echo(f"名册版本 {state.roster}，目录版本 {state.release}，实例 {state.instance}")
    for alarm in state.alarms:
        click.echo(f"注意：{alarm['words']} [{alarm['code']}]")


@cli.command()
@data_argument
@click.argument("file", type=PATH)
@click.option("--anyway", is_flag=True, help="Although it withdraws most items.")
@json_option
def publish(data: Path, file: Path, *, anyway: bool, as_json: bool) -> None:
    """Publish FILE as a catalogue release; prints its number."""
    published = _ask(data, PUBLISH, Publish(file=file.absolute(), anyway=anyway))
    answer(to_json(published), str(published.release), as_json=as_json)


@cli.command()
@data_argument
@json_option
def ledger(data: Path, *, as_json: bool) -> None:
    """Show for each station what it has sealed, and what of it is here, missing or doubled."""
    accounts = _ask(data, LEDGER, Nothing())
    if as_json:
        print_json(to_json(accounts))
        return
    columns = (
        "村站",
        "已封",
        "收件",
        "齐全",
        "办结",
        "缺号",
        "重复",
        "退回",
        "隔离",
        "待审",
        "待升级",
        "分叉",
    )
    rows = [
        (
            account.name or account.station,
            account.minted,
            *(account.received, account.complete, account.decided),
            sum(gap.to - gap.from_ + 1 for gap in account.missing),
            *(account.duplicates, account.rejected, account.quarantined),
            *(account.review, account.awaiting, account.forks),
        )
        for account in accounts
    ]
    print_table(columns, rows)


@cli.group("audit")
def audit_group() -> None:
    """The record of who did what."""


@audit_group.command("verify")
@data_argument
@click.option("--export", type=FILE, help="An earlier export to compare with.")
@click.option("--head", "heads", multiple=True, help="NUMBER:HASH, as a hub or station shows it.")
@json_option
def verify_audit(data: Path, *, export: Path | None, heads: Sequence[str], as_json: bool) -> None:
    """Check that the record is whole, has every end that was signed, and agrees with an export."""
    wanted = VerifyRecord(export=export.absolute() if export else None, heads=heads)
    chain = _ask(data, VERIFY, wanted)
    words = f"审计记录完整：第 {chain.first} 至 {chain.last} 条，末条 {chain.hash}"
    answer(to_json(chain), words, as_json=as_json)


@audit_group.command("export")
@data_argument
@click.option("--to", type=FILE, required=True, help="A new file.")
@json_option
def export_audit(data: Path, *, to: Path, as_json: bool) -> None:
    """Write the record to a signed file of JSON lines."""
    chain = _ask(data, EXPORT, ExportRecord(to=to.absolute()))
    words = f"已导出第 {chain.first} 至 {chain.last} 条到 {to}"
    answer(to_json(chain), words, as_json=as_json)


@audit_group.command("purge")
@data_argument
@click.option("--before", required=True, help="A day, as 2026-01-31; at least half a year ago.")
@json_option
def purge_audit(data: Path, *, before: str, as_json: bool) -> None:
    """Let go of entries older than a day; export them first."""
    gone = _ask(data, PURGE, PurgeRecord(before=before))
    answer(to_json(gone), f"已删除 {gone.purged} 条", as_json=as_json)


def _ask(data: Path, call: Call[A, R], args: A, report: Report = silent) -> R:
    """One call, answered by the process that owns DATA or by this one."""
    name = account()

    async def directly() -> R:
        # two seconds on an old server, and of no use to a command that the owner of DATA answers
        from central.county.app import answer_directly

        actor = Actor.at_command_line(name)
        return await answer_directly(data, call, actor, args, report)

    return asyncio.run(ask(data, call, args, account=name, report=report, directly=directly))


cli.add_command(nodes_command(_ask))
for _command in backup_commands(_ask):
    cli.add_command(_command)


for _command in case_commands(_ask):
    cli.add_command(_command)
for _command in (
    *flow_commands(_ask),
    find_command(_ask),
    work_command(_ask),
    telephone_command(_ask),
    *document_commands(_ask),
):
    cli.add_command(_command)
for _command in (*letter_commands(_ask), *circular_commands(_ask)):
    cli.add_command(_command)
for _command in review_commands(_ask):
    cli.add_command(_command)
cli.add_command(erase_command(_ask))
for _command in archive_commands(_ask, verify_command):
    cli.add_command(_command)
cli.add_command(retry_command("county", _ask))
cli.add_command(receipt_group(_ask))
cli.add_command(situation_command)
cli.add_command(stick_group("county", _ask, can_choose=True))
cli.add_command(staff_group("county", _ask))
for _command in catalogue_commands(_ask):
    cli.add_command(_command)
cli.add_command(catalogue_group(_ask))
cli.add_command(numbers_group(_ask))
cli.add_command(desk_release_group(_ask))
cli.add_command(office_group(_ask))
cli.add_command(supervision_group(_ask))
cli.add_command(ratings_group(_ask))
cli.add_command(report_group(_ask))
cli.add_command(token_group(_ask))
for _command in fee_commands(_ask):
    cli.add_command(_command)
cli.add_command(department_group(_ask))
cli.add_command(post_group(_ask))
for _group in person_groups(_ask):
    cli.add_command(_group)
cli.add_command(rekey_group(_ask))
cli.add_command(clock_command(_ask))
cli.add_command(
    pages_command(
        "console",
        "county.console",
        "Say where the running county's console is.",
        "yizhan-county serve",
    )
)


def _county() -> "Patient":
    from central.county.doctor.look import COUNTY_KIND
    from central.server.examination import patient

    return patient(COUNTY_KIND)


cli.add_command(go_back_command("county.db", "authority/authority.db"))
cli.add_command(metrics_command(_ask))
cli.add_command(doctor_command(_county))


def main() -> None:
    """Entry point of the script."""
    start(cli, "yizhan-county")


if __name__ == "__main__":
    main()
