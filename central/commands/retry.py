"""The ``retry`` command, which hub and county share (docs/operations.md, "Commands")."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import click

from runtime.command import data_argument, json_option, print_json, silent
from runtime.control.owner import Report

Run = Callable[[Path, str, Mapping[str, Any], Report], Awaitable[Any]]


def retry_command(role: str, run: Run) -> click.Command:
    """``retry`` for a program whose operations go through ``run``."""

    @click.command("retry")
    @data_argument
    @click.argument("item", required=False)
    @json_option
    def retry(data: Path, item: str | None, *, as_json: bool) -> None:
        """Offer again what neighbours refused and DATA set aside: all of it, or one ITEM."""

        async def work() -> dict[str, int]:
            found: dict[str, int] = await run(data, f"{role}.retry", {"item": item}, silent)
            return found

        found = asyncio.run(work())
        if as_json:
            print_json(found)
            return
        click.echo(f"{found['offered']} 件将重新发送")

    return retry
