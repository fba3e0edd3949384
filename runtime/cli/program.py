"""Where each of the four programs starts and ends: one place for exit codes and last words.

With ``--json`` an error is a document ``{code, words, next}`` on stdout, and a line on stderr too.
Exit: 0 done, 2 usage, 3 refused, 4 peer unreachable, 130 interrupted, 141 nobody reads the answer.

Source: docs/operations.md, "Commands"; docs/errors.md.
"""

import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from protocol.errors import EXIT_OK, EXIT_USAGE, InternalError, OutputError, UsageError
from protocol.errors.steps import next_step
from runtime.cli.command import ANSWERED, print_json
from runtime.cli.failures import in_words, record
from runtime.cli.language import complaint, speak
from runtime.cli.streams import PipeClosedError, arguments, give_up_output, open_streams
from runtime.disk.files import keep_to_ourselves
from runtime.logs.setup import set_up_logs
from runtime.system import SystemClock

EXIT_INTERRUPTED, EXIT_PIPE_CLOSED = 130, 141  # as shells count SIGINT and SIGPIPE


def start(group: click.Command, name: str) -> NoReturn:
    """Run the program ``name`` on this process's arguments, and exit."""
    keep_to_ourselves()
    open_streams()
    set_up_logs()
    if code := _complete(group, name, os.environ):
        sys.exit(code - 1)
    sys.exit(run_program(group, sys.argv[1:], name=name))


def run_program(
    group: click.Command, argv: Sequence[str] | None = None, *, name: str | None = None
) -> int:
    """Run one command line; the exit code. Errors are told in words, with their code."""
    given = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in given
    try:
        code = _run(group, given, name or group.name or "", as_json=as_json)
        sys.stdout.flush()
    except PipeClosedError:
        give_up_output()
        return EXIT_PIPE_CLOSED
    except OutputError as exc:
        give_up_output()
        return _tell(exc, as_json=False)
    except KeyboardInterrupt:
        _be_quiet()
        click.echo("已中断", err=True)
        return EXIT_INTERRUPTED
    return code


def _be_quiet() -> None:
    """Say nothing more of an event loop that was only half made, or a task that never began."""
    sys.unraisablehook = lambda _: None
    warnings.simplefilter("ignore")


def _run(group: click.Command, argv: list[str], name: str, *, as_json: bool) -> int:
    said: dict[str, object] = {}
    try:
        known = arguments(argv)
        speak(group)
        with group.make_context(name, known, help_option_names=["-h", "--help"]) as context:
            said = context.meta
            result = group.invoke(context)
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as exc:
        return _tell_usage(exc, as_json=as_json)
    except (PipeClosedError, OutputError):
        raise
    except Exception as exc:  # noqa: BLE001 - whatever it is, nobody shall read a traceback
        return _tell(exc, as_json=as_json and ANSWERED not in said)
    return result if isinstance(result, int) else EXIT_OK


def _tell_usage(exc: click.ClickException, *, as_json: bool) -> int:
    said = complaint(exc)
    if as_json:
        return _tell(UsageError(said), as_json=True)
    context = exc.ctx if isinstance(exc, click.UsageError) else None
    click.UsageError(f"{said} [{UsageError.code}]", context).show()
    return EXIT_USAGE


def _tell(exc: Exception, *, as_json: bool) -> int:
    """Say what became of it on stderr, as JSON on stdout; the exit code."""
    error = in_words(exc)
    if isinstance(error, InternalError) and error is not exc:
        log = record(exc, env=os.environ, clock=SystemClock())
        error = InternalError(f"{error.detail}（{log}）" if log else error.detail)
    if as_json:
        print_json({"code": error.code, "words": error.words(), "next": next_step(error)})
    click.echo(str(error), err=True)
    return error.exit_code


def _complete(group: click.Command, name: str, env: Mapping[str, str]) -> int:
    """What a shell asks for when Tab is pressed; 0 if it does not ask, else its code + 1."""
    variable = f"_{name}_COMPLETE".replace("-", "_").upper()
    instruction = env.get(variable)
    if not instruction:
        return 0
    from click.shell_completion import shell_complete  # noqa: PLC0415 - only a shell asks

    return 1 + shell_complete(group, {}, name, variable, instruction)
