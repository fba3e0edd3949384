"""The ``retry`` command, which hub and county share (docs/operations.md, "Commands")."""

from pathlib import Path

import click

from central.relay.retry.calls import RETRY, Retry
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.calls import Ask


def retry_command(role: str, ask: Ask) -> click.Command:
    """``retry`` of a ``county`` or a ``hub``; ``ask`` asks whoever owns a data folder."""

    @click.command("retry")
    @data_argument
    @click.argument("item", required=False)
    @json_option
    def retry(data: Path, item: str | None, *, as_json: bool) -> None:
        """Offer again what neighbours refused and DATA set aside: all of it, or one ITEM."""
        done = ask(data, RETRY[role], Retry(item=item))
        answer(to_json(done), f"{done.offered} 件将重新发送", as_json=as_json)

    return retry
