"""``yizhan-county department`` and ``post``: who works where.

Source: docs/operations.md, "Departments and posts".
"""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.departments import calls
from central.county.departments.sheet import power_words, powers_of
from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import FILE, data_argument, json_option
from runtime.cli.terminal import answer, print_table
from runtime.control.calls import Ask, Nothing
from runtime.disk.files import write_new

_CHANGES = {"added": "新增", "changed": "更改", "removed": "移除"}
_KINDS = {
    "department": "部门",
    "window": "窗口",
    "post": "岗位",
    "person": "人员",
    "seat": "在岗",
    "substitute": "代班",
    "delegation": "授权",
}
_aliases = click.option("--alias", "aliases", multiple=True, help="Another name; may be repeated.")
_to = click.option("--to", default="", help="Who or what takes over its open cases.")


def department_group(ask: Ask) -> click.Group:
    """The commands for departments; ``ask`` asks whoever owns the data folder of a county."""

    @click.group()
    def department() -> None:
        """Departments of the county, their service windows, and a table of all of it."""

    for command in (
        _list(ask),
        _check(ask),
        _put(ask),
        _remove(ask),
        _window(ask),
        _import(ask),
        _export(ask),
    ):
        department.add_command(command)
    return department


def post_group(ask: Ask) -> click.Group:
    """The commands for posts."""

    @click.group()
    def post() -> None:
        """Posts that flows name: what they may do, and who is in them."""

    for command in (_posts(ask), _put_post(ask), _seat(ask), _remove_post(ask)):
        post.add_command(command)
    return post


def say(done: calls.Done, *, as_json: bool) -> None:
    """What was changed."""
    words = "\n".join(map(line, done.differences)) or "没有改动。"
    answer(to_json(done), words, as_json=as_json)


def line(one: calls.Difference) -> str:
    """One difference, for a terminal."""
    what = " ".join(filter(None, (one.department, one.name, one.person)))
    more = [one.other] if one.other else []
    if one.powers is not None:
        more.append(power_words(frozenset(one.powers)) or "没有权限")
    if one.until:
        more.append(f"{one.start} 至 {one.until}" if one.start else f"外出至 {one.until}")
    return f"{_CHANGES[one.change]}{_KINDS[one.kind]}：{'，'.join([what, *more])}"


def _list(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_departments(data: Path, *, as_json: bool) -> None:
        """List the departments with their windows and posts."""
        found = ask(data, calls.SHOW, Nothing())
        if as_json or not found.departments:
            words = "还没有部门：所有业务经办员都可以办件。用 department import 导入。"
            answer({"departments": to_json(found.departments)}, words, as_json=as_json)
            return
        rows = [
            (
                *(one.code, one.name, one.phone, "；".join(one.windows)),
                *(len(one.posts), len({who for post in one.posts for who in post.persons})),
            )
            for one in found.departments
        ]
        print_table(("编码", "部门", "电话", "窗口", "岗位", "人员"), rows)

    return list_departments


def _check(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @json_option
    def check(data: Path, *, as_json: bool) -> None:
        """Show what is to be seen to: empty posts, delegations that end, missing accounts."""
        found = ask(data, calls.SHOW, Nothing()).findings
        words = "\n".join(f"注意：{one.words} [{one.code}]" for one in found) or "没有要处理的。"
        answer({"findings": to_json(found)}, words, as_json=as_json)

    return check


def _put(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("code")
    @click.argument("name")
    @click.option("--phone", help="Whom to call.")
    @_aliases
    @json_option
    def put(
        data: Path,
        code: str,
        name: str,
        *,
        phone: str | None,
        aliases: Sequence[str],
        as_json: bool,
    ) -> None:
        """Add the department with CODE, or give it another NAME; the old one still leads to it."""
        wanted = calls.PutDepartment(code=code, name=name, aliases=aliases or None, phone=phone)
        say(ask(data, calls.PUT_DEPARTMENT, wanted), as_json=as_json)

    return put


def _remove(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @_to
    @json_option
    def remove(data: Path, department: str, *, to: str, as_json: bool) -> None:
        """Let DEPARTMENT go; with --to it becomes part of another one."""
        wanted = calls.RemoveDepartment(code=department, to=to)
        say(ask(data, calls.REMOVE_DEPARTMENT, wanted), as_json=as_json)

    return remove


def _window(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @click.argument("name")
    @click.option("--gone", is_flag=True, help="It is there no more.")
    @json_option
    def window(data: Path, department: str, name: str, *, gone: bool, as_json: bool) -> None:
        """Add a service window NAME of DEPARTMENT at the service centre."""
        wanted = calls.PutWindow(department=department, name=name, gone=gone)
        say(ask(data, calls.PUT_WINDOW, wanted), as_json=as_json)

    return window


def _import(ask: Ask) -> click.Command:
    @click.command(name="import")
    @data_argument
    @click.argument("file", type=FILE)
    @click.option("--try", "try_only", is_flag=True, help="Only show what it would change.")
    @json_option
    def import_table(data: Path, file: Path, *, try_only: bool, as_json: bool) -> None:
        """Take departments, posts and people from the table FILE (CSV or Excel)."""
        wanted = calls.ImportStaffing(file=file.absolute(), try_only=try_only)
        found = ask(data, calls.IMPORT, wanted)
        lines = [*map(line, found.differences), *map(_fault, found.faults)]
        lines += ["已导入。"] if found.done else [] if lines else ["没有改动。"]
        answer(to_json(found), "\n".join(lines), as_json=as_json)
        if found.faults:
            raise UsageError(f"有 {len(found.faults)} 处要改正，什么都没有导入")

    return import_table


def _fault(one: calls.RowFault) -> str:
    return f"第 {one.row} 行：{one.reason}" if one.row else one.reason


def _export(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--to", type=FILE, required=True, help="A new file: .xlsx or .csv.")
    @json_option
    def export(data: Path, *, to: Path, as_json: bool) -> None:
        """Write departments, posts and people to a table that can be imported again."""
        found = ask(data, calls.EXPORT, calls.ExportStaffing(excel=to.suffix.lower() == ".xlsx"))
        write_new(to.absolute(), found.data)
        answer({"file": str(to)}, f"已写到 {to}", as_json=as_json)

    return export


def _posts(ask: Ask) -> click.Command:
    @click.command(name="list")
    @data_argument
    @json_option
    def list_posts(data: Path, *, as_json: bool) -> None:
        """List the posts, their powers, and who is in them."""
        found = ask(data, calls.SHOW, Nothing())
        rows = [(one, post) for one in found.departments for post in one.posts]
        if as_json or not rows:
            posts = [{"department": one.code, **to_json(post)} for one, post in rows]
            answer({"posts": posts}, "还没有岗位。", as_json=as_json)
            return
        print_table(
            ("部门", "岗位", "权限", "窗口", "人员"),
            [
                (
                    *(one.name, post.name, power_words(frozenset(post.powers))),
                    *(post.window, "、".join(post.persons) or "没有人"),
                )
                for one, post in rows
            ],
        )

    return list_posts


def _put_post(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @click.argument("name")
    @click.option("--powers", help="accept,review,decide,seal; or 受理、审核、审批、用印.")
    @click.option("--rename", default="", help="Its new name; the old one still leads to it.")
    @click.option("--window", help="A service window of the department.")
    @_aliases
    @json_option
    def put(
        data: Path,
        department: str,
        name: str,
        *,
        powers: str | None,
        rename: str,
        window: str | None,
        aliases: Sequence[str],
        as_json: bool,
    ) -> None:
        """Add the post NAME to DEPARTMENT, or change what it may do or how it is called."""
        wanted = calls.PutPost(
            department=department,
            name=name,
            rename=rename,
            powers=powers_of(powers) if powers is not None else None,
            aliases=aliases or None,
            window=window,
        )
        say(ask(data, calls.PUT_POST, wanted), as_json=as_json)

    return put


def _seat(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @click.argument("post")
    @click.argument("person")
    @click.option("--gone", is_flag=True, help="PERSON leaves the post.")
    @json_option
    def seat(
        data: Path, department: str, post: str, person: str, *, gone: bool, as_json: bool
    ) -> None:
        """Put PERSON, an account of the console, into POST of DEPARTMENT."""
        wanted = calls.PutSeat(department=department, post=post, person=person, gone=gone)
        say(ask(data, calls.PUT_SEAT, wanted), as_json=as_json)

    return seat


def _remove_post(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("department")
    @click.argument("name")
    @_to
    @json_option
    def remove(data: Path, department: str, name: str, *, to: str, as_json: bool) -> None:
        """Let the post NAME of DEPARTMENT go; open cases need a successor."""
        wanted = calls.RemovePost(department=department, name=name, to=to)
        say(ask(data, calls.REMOVE_POST, wanted), as_json=as_json)

    return remove
