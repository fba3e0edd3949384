"""What the four programs' command lines share: JSON output, files, progress, secrets.

Logs and errors go to stderr, results to stdout.

Source: docs/operations.md, "Commands".
"""

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from protocol.errors import FileUnreadableError, OutputError, TextError, UsageError
from protocol.text import decode
from protocol.trust.address import is_of_this_machine
from protocol.version import PROGRAM
from runtime.cli.failures import reason
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.disk.given_files import open_plain
from runtime.logs.setup import LOG_FORMATS

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
always_json = click.option(
    "--json", expose_value=False, is_flag=True, help="The answer is JSON in any case."
)
# whether a file can be read is said when it is read, with a code


class NamedPath(click.Path):
    """A path that somebody named: an empty one would mean the folder where the command runs."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Refuse what an unset variable of a shell leaves."""
        if not os.fspath(value):
            raise UsageError("路径是空的；如果写的是变量，请先查它有没有值")
        return super().convert(value, param, ctx)


FOLDER = NamedPath(path_type=Path, file_okay=False, readable=False)
FILE = NamedPath(path_type=Path, dir_okay=False, readable=False)
PATH = NamedPath(path_type=Path, readable=False)
data_argument = click.argument("data", type=FOLDER)

log_format_option = click.option(
    "--log-format",
    type=click.Choice(LOG_FORMATS),
    default=LOG_FORMATS[0],
    envvar="YIZHAN_LOG_FORMAT",
    help="How lines of the log look: json, or text for people.",
)

ANSWERED = "yizhan.answered"  # in a context's meta: stdout has its document
_SECRET_BYTES = 4096


def version_option(program: str) -> Callable[[Any], Any]:
    """``--version`` of a program."""
    return click.version_option(PROGRAM, prog_name=program, message="%(prog)s %(version)s")


def print_json(value: object) -> None:
    """One JSON document on stdout; on stderr if stdout can't take it, so that nothing is lost.

    Raises:
        OutputError: stdout can't take it.
    """
    if context := click.get_current_context(silent=True):
        context.meta[ANSWERED] = True
    text = json_text(value, indent=2)
    try:
        click.echo(text)
    except OutputError:
        click.echo(text, err=True)
        raise


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON that this console can show: characters that it lacks are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return json.dumps(value, indent=indent)
    return text


def read_secret(value: str | None, file: Path | None, env: str) -> str | None:
    """A code or password: from the option, else from a file, else from the environment.

    ``env`` may name the secret itself; ``env + "_FILE"`` a file that holds it.

    Raises:
        UsageError: the file can't be read.
    """
    if value is not None:
        return value
    named = os.environ.get(f"{env}_FILE")
    path = file or (Path(named) if named else None)
    if path is None:
        return os.environ.get(env)
    try:
        return read_text(path, _SECRET_BYTES).strip()
    except FileUnreadableError as exc:
        raise UsageError(exc.detail) from None


def read_text(path: Path, limit: int) -> str:
    """A text file given on the command line, as people's programs save it.

    Raises:
        FileUnreadableError: as :func:`read_file`.
        TextError: it is of another encoding.
    """
    try:
        return decode(read_file(path, limit))
    except TextError as exc:
        raise TextError(f"{path}：{exc.detail}") from None


def read_file(path: Path, limit: int) -> bytes:
    """A file given on the command line, of at most ``limit`` bytes.

    Raises:
        FileUnreadableError: it is missing, not readable, no plain file, or too long.
    """
    try:
        with open_plain(path) as file:
            data = file.read(limit + 1)
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
    if len(data) > limit:
        raise FileUnreadableError(f"{path}：超过 {limit} 字节")
    return data


@contextmanager
def open_input(path: Path) -> Iterator[IO[bytes]]:
    """A file given on the command line, read piece by piece; ``-`` is standard input.

    Raises:
        FileUnreadableError: it is missing, not readable, or no plain file.
    """
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open_plain(path)
    except OSError as exc:
        raise FileUnreadableError(f"{path}：{reason(exc)}") from None
    with file:
        yield file


def account() -> str:
    """The system's account of whoever runs this command, also behind sudo."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a list of accounts
        name = str(os.getuid()) if hasattr(os, "getuid") else "?"
    behind = os.environ.get("SUDO_USER")
    return f"{name} ({behind})" if behind and behind != name else name


def silent(_: Done) -> None:
    """A report that shows nothing."""


def progress(title: str) -> tuple[Report, Callable[[], None]]:
    """A report that draws a bar on a terminal (nothing elsewhere), and the call that ends it."""
    if not sys.stderr.isatty():
        return silent, lambda: None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(title, total=None)
    bar.start()

    def report(state: Done) -> None:
        bar.update(task, completed=state.done, total=state.total or None)

    return report, bar.stop


def warn_of_loopback(url: str) -> None:
    """Say on stderr if only programs on this machine can call a checked address."""
    if url and is_of_this_machine(url):
        click.echo(f"注意：{url} 只有本机能访问，其他电脑连不上。", err=True)
