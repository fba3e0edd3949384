"""``go-back`` of each program: the database as it was before the upgrade, for the older program.

Source: docs/install.md, "Go back".
"""

import asyncio
from pathlib import Path

import click

from runtime.cli.command import data_argument, json_option
from runtime.cli.terminal import answer
from runtime.control.owner import Owner
from runtime.disk.kept import go_back_all


def go_back_command(*databases: str) -> click.Command:
    """The command of a program with these databases, by their paths in the data folder."""

    @click.command("go-back")
    @data_argument
    @json_option
    def go_back(data: Path, *, as_json: bool) -> None:
        """Put the databases back as they were before the upgrade, for the older program.

        What is there now is kept in DATA/after-upgrade-N. The program must be stopped.
        """
        aside = asyncio.run(_work(data, databases))
        places = [str(path) for path in aside]
        words = (
            f"已换回升级前的数据库；升级后的在 {'、'.join(places)}。\n"
            "现在装回旧程序再启动，不要再用新程序打开。升级以后的件会自动补齐："
            "村站的按日志重新送，县里的由枢纽和村站再送一次。"
        )
        answer({"aside": places}, words, as_json=as_json)

    return go_back


async def _work(data: Path, databases: tuple[str, ...]) -> list[Path]:
    owner = await Owner(data).lock()
    try:
        return await asyncio.to_thread(go_back_all, data, *(data / name for name in databases))
    finally:
        await owner.close()
