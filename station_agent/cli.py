"""The command line of the village PC: ``yizhan-station``.

``run`` stands here; the agent keeps what it imports for as long as it runs. All other commands are
made when one of them is given.

Source: docs/operations.md, "Commands".
"""

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from runtime.cli.command import data_argument, json_option, log_format_option, version_option
from runtime.cli.later import LaterCommands
from runtime.cli.program import start
from runtime.cli.terminal import say_address
from runtime.logs.setup import set_up_logs
from runtime.metrics.option import metrics_option
from runtime.notify import say_ready
from runtime.system import SystemClock, SystemRandomness


def _others() -> Iterable[click.Command]:
    from station_agent.commands import every_other_command

    return every_other_command()


@click.group(commands=LaterCommands(_others))
@version_option("yizhan-station")
@log_format_option
@click.option("--verbose", is_flag=True, help="Log each exchange to stderr.")
def cli(*, verbose: bool, log_format: str) -> None:
    """The village PC: take in applications, exchange them with the hub, see how far they got."""
    set_up_logs(verbose=verbose, form=log_format)


@cli.command()
@data_argument
@metrics_option
@json_option
def run(data: Path, *, metrics: str, as_json: bool) -> None:
    """Run the agent on DATA until it is stopped; prints "ready", then where the desk is."""
    from station_agent.agent import run_agent

    asyncio.run(
        run_agent(
            data,
            clock=SystemClock(),
            randomness=SystemRandomness(),
            ready=partial(_say_ready, as_json=as_json),
            desk=lambda url: say_address("desk", url, as_json=as_json),
            metrics=metrics,
        )
    )


def main() -> None:
    """The program ``yizhan-station``."""
    _spare_memory()
    start(cli, "yizhan-station")


def _spare_memory() -> None:
    """3 MB of what libraries would hold for nothing; if they look no more for these, it is back.

    A station believes its county's authorities only, so aiohttp need not hold all of this
    computer's; and one list of aiohttp in compiled form brings the library of C++ with it.
    """
    os.environ["SSL_CERT_FILE"] = os.environ["SSL_CERT_DIR"] = os.devnull
    os.environ["FROZENLIST_NO_EXTENSIONS"] = "1"


def _say_ready(*, as_json: bool) -> None:
    click.echo('{"ready": true}' if as_json else "ready")
    say_ready(os.environ)
