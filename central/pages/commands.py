"""``yizhan-county console`` and ``yizhan-hub board``: where the pages of a running node are.

Source: docs/operations.md, "People and pages".
"""

import asyncio
from pathlib import Path

import click

from central.pages.calls import PagesPlace, place_call
from protocol.errors import UsageError
from protocol.json_values import to_json
from runtime.cli.command import data_argument, json_option, print_json, silent
from runtime.control.calls import Nothing, ask


def pages_command(name: str, operation: str, words: str, serve: str) -> click.Command:
    """The command ``name``; ``serve`` is what has to run for it."""

    @click.command(name, help=words)
    @data_argument
    @json_option
    def where(data: Path, *, as_json: bool) -> None:
        async def nobody() -> PagesPlace:
            raise UsageError(f"没有在运行，请先运行 {serve} {data}")

        call = place_call(operation)
        asked = ask(data, call, Nothing(), account="", report=silent, directly=nobody)
        found = asyncio.run(asked)
        if as_json:
            print_json(to_json(found))
            return
        click.echo(found.url)
        click.echo(f"证书指纹 SHA-256 {found.sha256}", err=True)

    return where
