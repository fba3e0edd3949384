"""Where each of the four programs starts and ends: one place for exit codes and last words.

Exit: 0 done, 2 usage, 3 refused, 4 peer unreachable, 130 interrupted, 141 nobody reads the answer.

Source: docs/operations.md, "Commands"; docs/errors.md.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

import click

from protocol.errors import EXIT_OK, EXIT_USAGE, InternalError, OutputError
from runtime.failures import in_words, record
from runtime.files import keep_to_ourselves
from runtime.streams import PipeClosedError, arguments, give_up_output, open_streams
from runtime.system import SystemClock

EXIT_INTERRUPTED, EXIT_PIPE_CLOSED = 130, 141  # as shells count SIGINT and SIGPIPE


def start(group: click.Command, name: str) -> NoReturn:
    """Run the program ``name`` on this process's arguments, and exit."""
    open_streams()
    if code := _complete(group, name, os.environ):
        sys.exit(code - 1)
    sys.exit(run_program(group, sys.argv[1:], name=name))


def run_program(
    group: click.Command, argv: Sequence[str] | None = None, *, name: str | None = None
) -> int:
    """Run one command line; the exit code. Errors are told in words, with their code."""
    keep_to_ourselves()
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(group, given, name)
        sys.stdout.flush()
    except PipeClosedError:
        give_up_output()
        return EXIT_PIPE_CLOSED
    except OutputError as exc:
        give_up_output()
        return _tell(exc)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code


def _run(group: click.Command, argv: list[str], name: str | None) -> int:
    try:
        known = arguments(argv)
        with group.make_context(name or group.name or "", known) as context:
            result = group.invoke(context)
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except click.ClickException as exc:
        exc.show()
        return EXIT_USAGE
    except (PipeClosedError, OutputError):
        raise
    except Exception as exc:  # noqa: BLE001 - whatever it is, nobody shall read a traceback
        return _tell(exc)
    return result if isinstance(result, int) else EXIT_OK


def _tell(exc: Exception) -> int:
    """Say what became of it on stderr; the exit code."""
    error = in_words(exc)
    if isinstance(error, InternalError) and error is not exc:
        log = record(exc, env=os.environ, clock=SystemClock())
        error = InternalError(f"{error.detail}（{log}）" if log else error.detail)
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
