"""``doctor`` of each program: looks, changes nothing, and says what a person should do.

Exit: 0 nothing that needs a person, 3 something does.

Source: docs/operations.md, "doctor".
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.errors import EXIT_OK, EXIT_REFUSED
from runtime.cli.command import data_argument, json_option, print_json
from runtime.doctor.finding import Found, Severity
from runtime.doctor.table import FAULTS

if TYPE_CHECKING:
    from runtime.doctor.examination import Patient

_MARKS = {Severity.URGENT: "紧急", Severity.WARNING: "注意", Severity.NOTICE: "说明"}


def doctor_command(patient: Callable[[], "Patient"]) -> click.Command:
    """The command of one program; ``patient`` loads what it takes when it is asked for."""

    @click.command()
    @data_argument
    @json_option
    def doctor(data: Path, *, as_json: bool) -> int:
        """Look for what is most often wrong with DATA, changing nothing; say what to do.

        Works while the program runs and while it does not. Exit code 3: a person is needed.
        """
        from runtime.doctor.examination import examine  # noqa: PLC0415 - only this command

        diagnosis = asyncio.run(examine(data, patient()))
        found = sorted(diagnosis.found, key=_rank)
        if as_json:
            running = diagnosis.running
            print_json({"running": running, "findings": [shown(one) for one in found]})
        else:
            for line in lines(found):
                click.echo(line)
        people = sum(map(needs_a_person, found))
        click.echo(summary(people, running=diagnosis.running), err=bool(people) or as_json)
        return EXIT_REFUSED if people else EXIT_OK

    return doctor


def needs_a_person(found: Found) -> bool:
    """Whether somebody has to do something."""
    return FAULTS[found.code].severity is not Severity.NOTICE


def shown(found: Found) -> dict[str, object]:
    """One finding, as ``--json`` prints it."""
    fault = FAULTS[found.code]
    return {
        "code": found.code,
        "severity": fault.severity.value,
        "words": fault.words,
        "detail": found.detail,
        "step": fault.step,
        "lost": fault.lost,
    }


def lines(found: Sequence[Found]) -> Iterator[str]:
    """The same in words."""
    for one in found:
        fault = FAULTS[one.code]
        detail = f"：{one.detail}" if one.detail else ""
        yield f"{_MARKS[fault.severity]}　{fault.words}{detail} [{one.code}]"
        yield f"　　　怎么办：{fault.step}"
        if fault.severity is not Severity.NOTICE:
            lost = "可能丢了一部分，先不要改动任何文件" if fault.lost else "没有丢"
            yield f"　　　已保存的件：{lost}。"


def summary(people: int, *, running: bool) -> str:
    """The last line: how many findings need a person."""
    state = "程序正在运行" if running else "程序没有在运行"
    return f"{state}；需要人处理的：{people} 项。" if people else f"{state}；没有发现要处理的问题。"


def _rank(found: Found) -> tuple[int, int]:
    order = [Severity.URGENT, Severity.WARNING, Severity.NOTICE]
    return order.index(FAULTS[found.code].severity), list(FAULTS).index(found.code)
