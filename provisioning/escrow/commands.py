"""``yizhan-provision root …``, ``keys …`` and ``drill``.

Source: docs/operations.md, "Keys in a safe" and "Drills".
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from protocol.errors import SharesError
from provisioning.escrow.operations import DRILL, EXPORT_KEYS, EXPORT_ROOT, RECOVER, RENEW
from provisioning.escrow.recovery_commands import recovery_group
from runtime.command import FILE, FOLDER, data_argument, json_option, print_json
from runtime.papers import new_paper
from runtime.terminal import answer

Run = Callable[[Path, str, Mapping[str, Any]], Any]
Command = TypeVar("Command", bound=Callable[..., Any])

_to = click.option(
    "--to", type=FOLDER, required=True, help="A folder for the sealed file and the shares."
)
_threshold = click.option("--threshold", default=3, show_default=True, help="Shares that open.")
_shares = click.option("--shares", default=5, show_default=True, help="Shares that are made.")
_sealed = click.option("--sealed", type=FILE, required=True, help="The sealed file.")
_papers = click.option("--share", "papers", type=FILE, multiple=True, help="One share; repeat.")


def escrow_commands(run: Run) -> list[click.Command]:
    """The commands; ``run`` runs one operation on the authority of a data folder."""
    return [_root_group(run), _keys_group(run), recovery_group(run), _drill_command(run)]


def _root_group(run: Run) -> click.Group:
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
        _export(run, data, EXPORT_ROOT, to=to, threshold=threshold, shares=shares, as_json=as_json)
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
        args = {"sealed": str(sealed.absolute()), "papers": _names(papers), "above": above}
        made = run(data, RENEW, args)
        if as_json:
            print_json(made)
        else:
            click.echo(f"已更换登记员密钥（第 {made['registrar']} 任），名册版本 {made['roster']}")

    return root


def _keys_group(run: Run) -> click.Group:
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
        _export(run, data, EXPORT_KEYS, to=to, threshold=threshold, shares=shares, as_json=as_json)

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
            args = {"sealed": str(sealed.absolute()), "papers": _names(papers)}
            file.write(base64.b64decode(run(data, RECOVER, args)))
        answer(
            {"file": str(to)},
            f"县中心密钥已恢复到 {to}，请放回 DATA/node/keys.bin 后删除。",
            as_json=as_json,
        )

    return keys


def _drill_command(run: Run) -> click.Command:
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
        data: Path, *, report: Path, as_json: bool, **given: Path | Sequence[Path] | None
    ) -> None:
        """Prove that shares and backup would save the county; nothing of it changes."""
        args = {name: _paths(value) for name, value in given.items()}
        steps = run(data, DRILL, {**args, "report": _paths(report)})
        _tell_drill(steps, report, as_json=as_json)

    return drill


def _shares_of(name: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}-share",
        f"{name}_papers",
        type=FILE,
        multiple=True,
        help="A share; may be given several times.",
    )


def _tell_drill(facts: Mapping[str, Any], report: Path, *, as_json: bool) -> None:
    """What each step came to; SharesError if one of them failed."""
    steps: Mapping[str, str] = facts["steps"]
    if as_json:
        print_json(facts)
    else:
        for step, result in steps.items():
            click.echo(f"{_STEPS[step]}：{_RESULTS.get(result, result)}")
    if any(result.startswith("failed") for result in steps.values()):
        raise SharesError(f"演练未通过，报告在 {report}")


_STEPS = {"root": "根密钥分片", "keys": "县密钥分片与试封信封", "backup": "备份恢复"}
_RESULTS = {"passed": "通过", "not tried": "未演练"}


def _export(
    run: Run, data: Path, name: str, *, to: Path, threshold: int, shares: int, as_json: bool
) -> None:
    args = {"to": str(to.absolute()), "threshold": threshold, "shares": shares}
    sealed, *papers = run(data, name, args)
    if as_json:
        print_json({"sealed": sealed, "shares": papers, "threshold": threshold})
        return
    click.echo(f"封存文件 {sealed}")
    for paper in papers:
        click.echo(f"分片 {paper}")
    click.echo(f"任意 {threshold} 份分片可开启。请立即打印、分人保管，并从此处删除分片。", err=True)


def _names(papers: Sequence[Path]) -> list[str]:
    return [str(paper.absolute()) for paper in papers]


def _paths(given: Path | Sequence[Path] | None) -> str | list[str] | None:
    """As an operation takes what the command line was given."""
    if isinstance(given, Path):
        return str(given.absolute())
    return None if given is None else _names(given)
