"""``yizhan-county archive`` and ``purge`` (docs/archive.md)."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from central.county.archive import calls
from protocol.errors import UsageError
from protocol.json_values import to_json
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.cli.command import (
    FILE,
    FOLDER,
    data_argument,
    json_option,
    open_input,
    print_json,
    progress,
    read_text,
)
from runtime.cli.terminal import answer, one_line, print_table
from runtime.control.calls import Ask

_DAY = "%Y-%m-%d"
_READ_BYTES = 1024 * 1024
_cases = click.argument("cases", nargs=-1)
_by = click.option("--as", "by", default="", help="The account in whose name it is done.")


def archive_commands(ask: Ask, verify: click.Command) -> list[click.Command]:
    """All of them; ``ask`` asks whoever owns the data folder of a county.

    Args:
        verify: needs no county.
    """

    @click.group()
    def archive() -> None:
        """Archive packages of closed cases."""

    made: Sequence[Callable[[Ask], click.Command]] = (_list, _make, _show, _export, _moved, _hold)
    for make in made:
        archive.add_command(make(ask))
    archive.add_command(verify)
    return [archive, _purge(ask)]


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_packages(data: Path, *, as_json: bool) -> None:
        """List what is ready to be filed, packages, and where they are."""
        found = ask(data, calls.LIST, calls.ListPackages())
        if as_json:
            print_json(to_json(found))
            return
        ready = [
            (
                one.case,
                found.names[one.item],
                one.state,
                _day(one.ended_ms),
                "到期" if one.due else "",
            )
            for one in found.ready
        ]
        _titled("待归档", ("办件", "事项", "状态", "结束", ""), ready)
        _titled("已做好，未确认移交", _HEADS, [_row(one) for one in found.made])
        _titled("已移交", _HEADS, [_row(one) for one in found.moved])
        _titled("已清除", _HEADS, [_row(one) for one in found.purged])

    return list_packages


_HEADS = ("办件", "结束", "做好", "经手人", "字节", "SHA-256", "接收单位", "")


def _row(one: calls.PackageShown) -> Sequence[str]:
    held = f"暂缓清除：{one.held_why}" if one.held_ms else ""
    return (
        one.case,
        _day(one.ended_ms),
        _day(one.made_ms),
        one.made_by or "自动",
        str(one.bytes),
        one.sha256[:16],
        one.moved_to or "—",
        held or (_day(one.purged_ms) if one.purged_ms else ""),
    )


def _titled(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    click.echo(f"{title}：{len(rows)} 件")
    if rows:
        print_table(heads, rows)


def _make(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_cases
    @click.option("--due", is_flag=True, help="All that ended as long ago as the policy says.")
    @_by
    @json_option
    def make(data: Path, cases: Sequence[str], by: str, *, due: bool, as_json: bool) -> None:
        """File CASES: make the package of each, once."""
        wanted = calls.MakePackages(cases=tuple(map(identifier, cases)), due=due, by=by)
        report, end = progress("归档")
        try:
            done = ask(data, calls.MAKE, wanted, report)
        finally:
            end()
        lines = [f"已归档 {one.case}  {one.sha256}" for one in done.made]
        lines += [f"没有归档 {one.case}：{one.why}（{one.code}）" for one in done.refused]
        lines.append(f"共归档 {len(done.made)} 件，{len(done.refused)} 件没有归档。")
        answer(to_json(done), "\n".join(map(one_line, lines)), as_json=as_json)

    return make


def _show(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @json_option
    def show(data: Path, case: str, *, as_json: bool) -> None:
        """Show the package of CASE, and each file in it."""
        found = ask(data, calls.SHOW, calls.ShowPackage(case=identifier(case)))
        if as_json:
            print_json(to_json(found))
            return
        print_table(_HEADS, [_row(found.package)])
        click.echo(f"SHA-256 {found.package.sha256}")
        print_table(
            ("文件", "名称", "字节", "SHA-256"),
            [(one.path, one.title, str(one.bytes), one.sha256[:16]) for one in found.files],
        )

    return show


def _export(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @_cases
    @click.option("--to", "folder", type=FOLDER, required=True, help="Where the files go.")
    @json_option
    def export(data: Path, cases: Sequence[str], folder: Path, *, as_json: bool) -> None:
        """Write packages and a list of them; without CASES all that are not moved away."""
        wanted = calls.ExportPackages(folder=folder.absolute(), cases=tuple(map(identifier, cases)))
        done = ask(data, calls.EXPORT, wanted)
        lines = [f"{one.path}  {one.sha256}" for one in done.written]
        lines.append(f"共 {len(done.written)} 个归档包，移交清单：{done.inventory or '—'}")
        answer(to_json(done), "\n".join(map(one_line, lines)), as_json=as_json)

    return export


def _moved(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("files", nargs=-1, type=FILE)
    @click.option("--list", "sums", type=FILE, help="What sha256sum said at the other place.")
    @click.option("--place", required=True, help="Who has them now.")
    @_by
    @json_option
    def moved(
        data: Path, files: Sequence[Path], sums: Path | None, place: str, by: str, *, as_json: bool
    ) -> None:
        """Confirm that packages are elsewhere: FILES as they lie there, or their digests."""
        digests = [_digest_of(one) for one in files]
        if sums is not None:
            lines = read_text(sums, _READ_BYTES).splitlines()
            digests += [line.split()[0] for line in lines if line.strip()]
        wanted = calls.ConfirmMoved(place=place, digests=tuple(digests), by=by)
        done = ask(data, calls.MOVED, wanted)
        words = f"已确认移交 {len(done.moved)} 件到 {place}：{'、'.join(done.moved) or '—'}"
        answer(to_json(done), one_line(words), as_json=as_json)

    return moved


def _hold(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--why", default="", help="Why it must not be purged; without it: it may be.")
    @json_option
    def hold(data: Path, case: str, why: str, *, as_json: bool) -> None:
        """Keep CASE from the purge, as during a lawsuit, or let it go again."""
        found = ask(data, calls.HOLD, calls.HoldPackage(case=identifier(case), why=why))
        words = f"{found.case} 暂缓清除：{why}" if why else f"{found.case} 可以清除"
        answer(to_json(found), one_line(words), as_json=as_json)

    return hold


def _purge(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--before", required=True, help="Cases that ended before this day: 2026-01-31.")
    @click.option(
        "--confirm", type=click.IntRange(min=1), help="How many, as it was said without this."
    )
    @json_option
    def purge(data: Path, before: str, confirm: int | None, *, as_json: bool) -> None:
        """Purge what filed cases say of citizens; without --confirm it only says which."""
        plan = ask(data, calls.PLAN, calls.PlanPurge(before=identifier(before)))
        if confirm is None:
            words = f"可以清除 {plan.cases} 件：{'、'.join(plan.first) or '—'}"
            more = "什么都没有清除；确认无误后加上 --confirm 件数。" if plan.cases else ""
            answer(to_json(plan), _told(words, plan.kept, more), as_json=as_json)
            return
        if confirm != plan.cases:
            raise UsageError(f"--confirm {confirm}：现在可以清除的是 {plan.cases} 件")
        wanted = calls.Purge(before=plan.before, digest=plan.digest, cases=plan.cases)
        done = ask(data, calls.PURGE, wanted)
        words = f"已清除 {len(done.purged)} 件；办件编号和归档包的 SHA-256 保留。"
        more = "以前的备份里仍有，请按规定销毁。"
        answer(to_json(done), _told(words, done.kept, more), as_json=as_json)

    return purge


def _told(words: str, kept: Sequence[calls.Kept], more: str) -> str:
    left = [f"保留 {one.count} 件（{one.words}）：{'、'.join(one.cases)}" for one in kept]
    return "\n".join(map(one_line, filter(None, (words, *left, more))))


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open_input(path) as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _day(at_ms: int) -> str:
    return f"{local_time(at_ms):{_DAY}}"
