"""``yizhan-county archive verify``: a package by itself (docs/archive.md, "Verifying")."""

from pathlib import Path

import click

from protocol.errors import EXIT_REFUSED, FileUnreadableError
from protocol.json_values import to_json
from runtime.cli.command import FILE, json_option, read_text
from runtime.cli.failures import reason
from runtime.cli.terminal import answer, one_line

_ROOT_BYTES = 4096
_MARKS = {True: "✓", False: "✗", None: "－"}


@click.command(name="verify")
@click.argument("file", type=FILE)
@click.option("--root", default="", help="The county's ten words, or its root key in hex.")
@click.option("--root-file", type=FILE, help="The same in a file.")
@json_option
def verify_command(file: Path, root: str, root_file: Path | None, *, as_json: bool) -> None:
    """Verify a package by itself: no county, no network."""
    from central.county.archive.verifying.verify import verify_package

    said = root or (read_text(root_file, _ROOT_BYTES).strip() if root_file else "")
    try:
        found = verify_package(file, said)
    except OSError as exc:
        raise FileUnreadableError(f"{file}：{reason(exc)}") from None
    lines = [f"{_MARKS[one.good]} {one.name}：{one.words}" for one in found.checks]
    named = [f"办件 {found.case}，{found.ended} 结束"] if found.case else []
    if found.fingerprint:
        named.append(f"县指纹 {found.fingerprint}")
    last = [found.verdict()] if found.whole else []  # else it goes where errors go
    lines = [f"{file}", *named, f"SHA-256 {found.sha256}", *lines, *last]
    words = "\n".join(map(one_line, lines))
    answer({**to_json(found), "verdict": found.verdict()}, words, as_json=as_json)
    if not found.whole:
        click.echo(found.verdict(), err=True)
        click.get_current_context().exit(EXIT_REFUSED)
