"""``yizhan-county telephone`` (docs/casework.md, "The telephone desk")."""

from pathlib import Path

import click

from central.county.flows.telephone.calls import TELEPHONE, Inquire
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask


def telephone_command(ask: Ask) -> click.Command:
    """The command; ``ask`` asks whoever owns the data folder of a county."""

    @click.command()
    @data_argument
    @click.argument("number")
    @click.argument("last")
    @json_option
    def telephone(data: Path, number: str, last: str, *, as_json: bool) -> None:
        """Say how far NUMBER has got; LAST: last four of the applicant's identity number."""
        told = ask(data, TELEPHONE, Inquire(number=number, last=last))
        answer(to_json(told), told.sentence, as_json=as_json)

    return telephone
