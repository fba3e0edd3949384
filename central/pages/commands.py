"""``yizhan-county console`` and ``yizhan-hub board``: where the pages of a running node are.

Source: docs/operations.md, "People and pages".
"""

import asyncio
from pathlib import Path
from typing import Any

import click

from protocol.errors import UsageError
from runtime.cli.command import data_argument, json_option, print_json, silent
from runtime.control.owner import run_operation


def pages_command(name: str, operation: str, words: str, serve: str) -> click.Command:
    """The command ``name``; ``serve`` is what has to run for it."""

    @click.command(name, help=words)
    @data_argument
    @json_option
    def where(data: Path, *, as_json: bool) -> None:
        async def nobody() -> Any:  # noqa: ANN401 - never returns
            raise UsageError(f"没有在运行，请先运行 {serve} {data}")

        found = asyncio.run(run_operation(data, operation, {}, report=silent, directly=nobody))
        if as_json:
            print_json(found)
            return
        click.echo(found["url"])
        click.echo(f"证书指纹 SHA-256 {found['sha256']}", err=True)

    return where
