"""``metrics`` of a program: its numbers, as Prometheus reads them."""

from pathlib import Path

import click

from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask, Nothing
from runtime.metrics.calls import METRICS


def metrics_command(ask: Ask) -> click.Command:
    """The command of a program that asks by ``ask``."""

    @click.command()
    @data_argument
    @json_option
    def metrics(data: Path, *, as_json: bool) -> None:
        """Print the numbers of DATA as text for Prometheus; nobody is named in them."""
        told = ask(data, METRICS, Nothing())
        answer({"text": told}, told.rstrip(), as_json=as_json)

    return metrics
