"""``yizhan-station submit`` and ``submit-many``: handing in.

Source: docs/operations.md, "How an application was taken in" and "A stack of forms".
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from protocol.errors import EXIT_OK, EXIT_REFUSED, OutputError, OwnerStoppedError, UsageError
from protocol.ids import ApplicationId
from protocol.json_values import ABSENT, to_json
from protocol.limits import MAX_FORM_BYTES
from protocol.text import identifier
from runtime.cli.command import (
    FILE,
    always_json,
    data_argument,
    json_text,
    open_input,
    print_json,
    progress,
    read_text,
    silent,
)
from runtime.cli.streams import PipeClosedError
from runtime.control.calls import Ask, Call
from runtime.control.owner import Report
from runtime.system import SystemRandomness
from station_agent.intake.taken_options import TakenOptions, taken_options

if TYPE_CHECKING:
    from station_agent.intake.calls import LineAnswer, Submission

A = TypeVar("A")
R = TypeVar("R")

_APPLICATION_ID_BYTES = 16
_FORM_FILE_BYTES = 32 * MAX_FORM_BYTES  # a longer form is refused as a form, not as a file


def submit_commands(ask: Ask) -> list[click.Command]:
    """Both; ``ask`` asks whoever owns a data folder."""
    return [_submit(ask), _submit_many(ask)]


def _submit(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.option("--item", required=True, help="Code of the item in the catalogue.")
    @click.option("--form", required=True, type=FILE, help="JSON file with the filled-in form.")
    @click.option("--attach", multiple=True, metavar="MATERIAL=FILE", help="May be repeated.")
    @click.option(
        "--corrects", default="", help="Application or case that was returned: this answers."
    )
    @click.option("--supersedes", default="", help="Earlier application or case: this replaces.")
    @taken_options
    @always_json
    def submit(
        data: Path,
        *,
        item: str,
        form: Path,
        attach: tuple[str, ...],
        corrects: str,
        supersedes: str,
        taken: TakenOptions,
    ) -> None:
        """Seal an application and queue it; prints its id once it is safe on this disk."""
        from station_agent.intake.calls import SUBMIT, Submission

        submission = Submission(
            application=_new_id(),
            item=identifier(item),
            form=read_text(form, _FORM_FILE_BYTES),
            files=[_attachment(text) for text in attach],
            corrects=corrects,
            supersedes=supersedes,
            taken=taken.read(),
        )
        report, finish = progress("加密材料")
        try:
            print_json(to_json(_hand_in(ask, data, SUBMIT, submission, report)))
        finally:
            finish()

    return submit


def _submit_many(ask: Ask) -> click.Command:
    @click.command()
    @data_argument
    @click.argument("file", type=FILE)
    @always_json
    def submit_many(data: Path, file: Path) -> int:
        """Submit a stack: FILE has one application on each line (JSON Lines; - is stdin).

        Prints a line for each: its id once it is safe on this disk, or what is wrong with it.
        """
        from station_agent.intake.batch import hand_in
        from station_agent.intake.calls import SUBMIT_MANY, SubmitMany

        def hand(applications: Sequence["Submission"]) -> Sequence["LineAnswer"]:
            return _hand_in(ask, data, SUBMIT_MANY, SubmitMany(applications=applications))

        with open_input(file) as lines:
            return _say_each(hand_in(lines, hand, _new_id))

    return submit_many


def _hand_in(ask: Ask, data: Path, call: Call[A, R], args: A, report: Report = silent) -> R:
    try:
        return ask(data, call, args, report)
    except OwnerStoppedError:  # the agent stopped meanwhile; the same id is taken in only once
        return ask(data, call, args, report)


def _say_each(answers: Iterator[tuple[int, "LineAnswer"]]) -> int:
    """A line for each one; on stderr once stdout takes no more, so that no id is lost."""
    refused = unsaid = any_line = False
    for line, one in answers:
        text, any_line = json_text({"line": line, **to_json(one)}), True
        refused |= one.error is not ABSENT
        try:
            click.echo(text, err=unsaid)
        except (OutputError, PipeClosedError):
            unsaid = True
            click.echo(text, err=True)
    if unsaid:
        raise OutputError("没能写出的答复列在上面")
    if not any_line:
        raise UsageError("没有读到一行申请：文件是空的，或只有空行")
    return EXIT_REFUSED if refused else EXIT_OK


def _new_id() -> ApplicationId:
    return ApplicationId(SystemRandomness().token(_APPLICATION_ID_BYTES).hex())


def _attachment(text: str) -> tuple[str, Path]:
    material, separator, file = text.partition("=")
    if not (separator and material and file):
        raise UsageError(f"--attach “{text}”应写成 材料编码=文件")
    return material, Path(file).absolute()
