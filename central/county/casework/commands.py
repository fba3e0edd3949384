"""``yizhan-county document|publicity`` (docs/operations.md)."""

from collections.abc import Sequence
from pathlib import Path

import click

from central.county.casework.calls import DOCUMENT, PUBLICITY, AskPublicity, IssueDocument
from protocol.json_values import to_json
from protocol.records.publicity import WindowUnit
from protocol.text import identifier
from runtime.cli.command import PATH, data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask

_UNITS = {WindowUnit.DAYS: "天", WindowUnit.WORKING_DAYS: "个工作日"}


def document_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--name", required=True, help="What the document is called.")
    @click.option("--note", default="", help="What the citizen reads.")
    @click.option("--days", default=0, help="Working days in which the citizen must be told.")
    @click.option("--attach", multiple=True, type=PATH, help="A file that goes with it.")
    @json_option
    def document(
        data: Path,
        case: str,
        *,
        name: str,
        note: str,
        days: int,
        attach: Sequence[Path],
        as_json: bool,
    ) -> None:
        """Send a document of one step of CASE to its village; it decides nothing."""
        files = [path.absolute() for path in attach]
        wanted = IssueDocument(case=identifier(case), name=name, note=note, days=days, attach=files)
        issued = ask(data, DOCUMENT, wanted)
        answer(to_json(issued), f"{issued.case} {name}", as_json=as_json)

    return document


def publicity_command(ask: Ask) -> click.Command:
    """The same for a poster in the village."""

    @click.command()
    @data_argument
    @click.argument("case")
    @click.option("--days", default=0, help="Days that it hangs; left out: as the item says.")
    @json_option
    def publicity(data: Path, case: str, *, days: int, as_json: bool) -> None:
        """Ask the village of CASE to put up a poster before the decision."""
        asked = ask(data, PUBLICITY, AskPublicity(case=identifier(case), days=days))
        said = [f"  {one.label}：{one.text}" for one in asked.poster.lines]
        unit = _UNITS[asked.poster.unit]
        words = [f"{asked.case} {asked.poster.title}，公示 {asked.poster.days} {unit}：", *said]
        answer(to_json(asked), "\n".join(words), as_json=as_json)

    return publicity
