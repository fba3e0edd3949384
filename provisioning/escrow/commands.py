"""``yizhan-provision root …``, ``keys …`` and ``drill``.

Source: docs/operations.md, "Keys in a safe" and "Drills".
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from protocol.errors import SharesError
from protocol.json_values import to_json
from provisioning.escrow.calls import (
    DRILL,
    EXPORT_KEYS,
    EXPORT_ROOT,
    RECOVER,
    RENEW,
    DrillFacts,
    ExportKey,
    RecoverKeys,
    RenewRegistrar,
    RunDrill,
)
from provisioning.escrow.recovery_commands import recovery_group
from runtime.cli.command import FILE, FOLDER, data_argument, json_option, print_json
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Call
from runtime.disk.papers import new_paper

Command = TypeVar("Command", bound=Callable[..., Any])

_to = click.option(
    "--to", type=FOLDER, required=True, help="A folder for the sealed file and the shares."
)
_threshold = click.option("--threshold", default=3, show_default=True, help="Shares that open.")
_shares = click.option("--shares", default=5, show_default=True, help="Shares that are made.")
_sealed = click.option("--sealed", type=FILE, required=True, help="The sealed file.")
_papers = click.option("--share", "papers", type=FILE, multiple=True, help="One share; repeat.")


def escrow_commands(ask: Ask) -> list[click.Command]:
    """The commands; ``ask`` asks whoever owns the authority of a data folder."""
    return [_root_group(ask), _keys_group(ask), recovery_group(ask), _drill_command(ask)]


def _root_group(ask: Ask) -> click.Group:
    @click.group()
    def root() -> None:
        """The root key: kept in a safe, used to name a registrar."""

    @root.command("export")
    @data_argument
    @_to
    @_threshold
    @_shares
    @json_option
    def export_root(data: Path, *, to: Path, threshold: int, shares: int, as_json: bool) -> None:
        """Move the root key into a sealed file and shares; it leaves this machine."""
        wanted = ExportKey(to=to.absolute(), threshold=threshold, shares=shares)
        _export(ask, data, EXPORT_ROOT, wanted, as_json=as_json)
        if not as_json:
            click.echo("根密钥已移出本机，县中心凭登记员密钥继续运行。", err=True)

    @root.command("replace-registrar")
    @data_argument
    @_sealed
    @_papers
    @click.option("--above", default=0, help="A roster version that a thief may have given out.")
    @json_option
    def replace_registrar(
        data: Path, *, sealed: Path, papers: Sequence[Path], above: int, as_json: bool
    ) -> None:
        """Name a new registrar by the root's word, after a theft; the old one is worth nothing."""
        wanted = RenewRegistrar(sealed=sealed.absolute(), papers=_whole(papers), above=above)
        made = ask(data, RENEW, wanted)
        words = f"已更换登记员密钥（第 {made.registrar} 任），名册版本 {made.roster}"
        answer(to_json(made), words, as_json=as_json)

    return root


def _keys_group(ask: Ask) -> click.Group:
    @click.group()
    def keys() -> None:
        """The county's own private keys, which open applications."""

    @keys.command("export")
    @data_argument
    @_to
    @_threshold
    @_shares
    @json_option
    def export_keys(data: Path, *, to: Path, threshold: int, shares: int, as_json: bool) -> None:
        """Copy the county's keys into a sealed file and shares; they stay here, too."""
        wanted = ExportKey(to=to.absolute(), threshold=threshold, shares=shares)
        _export(ask, data, EXPORT_KEYS, wanted, as_json=as_json)

    @keys.command("recover")
    @data_argument
    @_sealed
    @_papers
    @click.option("--to", type=FILE, required=True, help="A new file: keys.bin of the county.")
    @json_option
    def recover(
        data: Path, *, sealed: Path, papers: Sequence[Path], to: Path, as_json: bool
    ) -> None:
        """Write the county's keys from a sealed file and its shares."""
        with new_paper(to, force=False) as file:
            wanted = RecoverKeys(sealed=sealed.absolute(), papers=_whole(papers))
            file.write(ask(data, RECOVER, wanted).keys)
        answer(
            {"file": str(to)},
            f"县中心密钥已恢复到 {to}，请放回 DATA/node/keys.bin 后删除。",
            as_json=as_json,
        )

    return keys


def _drill_command(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--root", type=FILE, help="The sealed root key.")
    @_shares_of("root")
    @click.option("--keys", type=FILE, help="The county's sealed keys.")
    @_shares_of("keys")
    @click.option("--backup", type=FILE, help="The last backup.")
    @click.option("--recovery", type=FILE, help="The recovery key; or give its shares.")
    @_shares_of("recovery")
    @click.option("--report", type=FILE, required=True, help="A new file.")
    @json_option
    def drill(
        data: Path,
        *,
        report: Path,
        root: Path | None,
        root_papers: Sequence[Path],
        keys: Path | None,
        keys_papers: Sequence[Path],
        backup: Path | None,
        recovery: Path | None,
        recovery_papers: Sequence[Path],
        as_json: bool,
    ) -> None:
        """Prove that shares and backup would save the county; nothing of it changes."""
        wanted = RunDrill(
            report=report.absolute(),
            root=root.absolute() if root else None,
            root_papers=_whole(root_papers),
            keys=keys.absolute() if keys else None,
            keys_papers=_whole(keys_papers),
            backup=backup.absolute() if backup else None,
            recovery=recovery.absolute() if recovery else None,
            recovery_papers=_whole(recovery_papers),
        )
        _tell_drill(ask(data, DRILL, wanted), report, as_json=as_json)

    return drill


def _shares_of(name: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}-share",
        f"{name}_papers",
        type=FILE,
        multiple=True,
        help="A share; may be given several times.",
    )


def _tell_drill(facts: DrillFacts, report: Path, *, as_json: bool) -> None:
    """What each step came to; SharesError if one of them failed."""
    steps = facts.steps
    if as_json:
        print_json(to_json(facts))
    else:
        for step, result in steps.items():
            click.echo(f"{_STEPS[step]}：{_RESULTS.get(result, result)}")
    if any(result.startswith("failed") for result in steps.values()):
        raise SharesError(f"演练未通过，报告在 {report}")


_STEPS = {"root": "根密钥分片", "keys": "县密钥分片与试封信封", "backup": "备份恢复"}
_RESULTS = {"passed": "通过", "not tried": "未演练"}


def _export(
    ask: Ask, data: Path, call: Call[ExportKey, list[Path]], wanted: ExportKey, *, as_json: bool
) -> None:
    sealed, *papers = ask(data, call, wanted)
    threshold = wanted.threshold
    if as_json:
        shares = [str(paper) for paper in papers]
        print_json({"sealed": str(sealed), "shares": shares, "threshold": threshold})
        return
    click.echo(f"封存文件 {sealed}")
    for paper in papers:
        click.echo(f"分片 {paper}")
    click.echo(f"任意 {threshold} 份分片可开启。请立即打印、分人保管，并从此处删除分片。", err=True)


def _whole(papers: Sequence[Path]) -> list[Path]:
    return [paper.absolute() for paper in papers]
