"""The main job, from end to end, on this machine: ``make demo``.

County, hub and three stations run as real processes on loopback ports in a folder that is
thrown away afterwards. The ledger at the end must balance, or the exit code is 1. With ``--keep``,
or if the question on a terminal is answered so, everything stays up to be looked at.
"""

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.prompt import Confirm
from rich.table import Table

from examples.keeping import SETTINGS, keep
from examples.line import Line
from examples.sandbox import CommandError, Program, Sandbox, free_port
from examples.whole_case import WholeCase

LONGZHOU = Path(__file__).parent / "longzhou"
STATIONS = (
    ("451423103204", "高山村"),
    ("451423103207", "光满村"),
    ("451423103208", "横罗村"),
)
OUTCOMES = (
    ("approved", "材料齐全，准予办理。"),
    ("approved", "审核通过，已办结。"),
    ("refused", "不符合申领条件，不予办理。"),
    ("correction", "户口簿页面不清晰，请重新拍照后提交。"),
    ("approved", "准予办理，证件随文送达。"),
)
_DECIDED = 10
_WAIT_S = 120.0
_LOOK_S = 0.3

Json = dict[str, Any]


class Demo:
    """One run of the story."""

    def __init__(self, sandbox: Sandbox, console: Console, *, stays: bool = False) -> None:
        self.sandbox, self.console, self._stays = sandbox, console, stays
        self.stations: list[Program] = []
        self.saved: list[str] = []

    async def run(self) -> bool:
        """Tell it; whether the ledger balances."""
        port = free_port()
        async with Line(("127.0.0.1", port)) as line:
            self.title("1", "开县中心、乡镇枢纽和三个村站", "county, hub and three stations start")
            county = await self.open_county(line, port)
            self.title("2", "发布事项目录", "the catalogue is published and reaches every station")
            await self.publish(county)
            self.title(
                "3",
                "断开枢纽到县中心的线路，村站照常受理",
                "the line is cut while 20 are submitted",
            )
            line.cut()
            await self.submit_all()
            await self.show_queue()
            self.title("4", "恢复线路", "the line is back: everything reaches the county")
            line.restore()
            await self.arrive("已到县中心", "complete")
            self.title("5", "县中心决定，结果送回村站", "some are decided; the results come back")
            decided = await self.decide(county)
            await self.arrive_decided(decided)
            self.title("6", "对账", "the ledger")
            balances = await self.ledger(county, decided)
            self.title("7", "一个办件从头到尾", "one case from its draft to its rating")
            balances = await self.whole_case(county) and balances
            if balances and self.is_wanted_longer():
                await keep(self.sandbox, self.console, county, self.sandbox.programs["hub"])
            return balances

    def is_wanted_longer(self) -> bool:
        """Whether to keep all of it running: as told, or as asked on a terminal."""
        if self._stays or not (self.console.is_terminal and sys.stdin.isatty()):
            return self._stays
        asks = "保持运行，打开网页看看？ Keep it running to look at the pages?"
        return Confirm.ask(asks, console=self.console, default=False)

    def title(self, number: str, zh: str, en: str) -> None:
        """One line that opens a stage."""
        self.console.print(f"[bold cyan]{number} {zh}[/] [dim]{en}[/]")

    async def open_county(self, line: Line, port: int) -> Program:
        """Make and start all five nodes."""
        box = self.sandbox
        county = await box.county("451423", "龙州县", url=line.url, listen=port)
        append(county.data / "county.toml", SETTINGS)
        await box.start(county)
        node = (await box.ask(county, "status", "--json"))["node"]  # it writes tickets itself
        append(county.data / "authority" / "policy.toml", f'[numbers]\ncharging = ["{node}"]\n')
        hub = await box.hub("hub", "451423103", "金龙镇便民服务中心")
        append(hub.data / "hub.toml", SETTINGS)
        await box.start(hub)
        for number, (code, name) in enumerate(STATIONS, start=1):
            station = await box.station(f"station{number}", code, f"{name}便民服务站", hub)
            await box.start(station)
            self.stations.append(station)
            self.console.print(f"  {name} [dim]{station.node}[/]")
        return county

    async def publish(self, county: Program) -> None:
        """Publish, and wait until each station holds the release."""
        release = await self.sandbox.ask(county, "publish", LONGZHOU / "catalogue.json", "--json")

        async def held() -> int:
            states = [await self.status(station) for station in self.stations]
            return sum(state["release"] == release["release"] for state in states)

        await self.wait("目录到站", held, len(self.stations))

    async def submit_all(self) -> None:
        """Hand the 20 sample applications in, at the three stations in turn."""
        files = sorted((LONGZHOU / "applications").glob("*.json"))
        turns = itertools.cycle(self.stations)
        with self.bar() as bar:
            task = bar.add_task("  受理 submitted", total=len(files))
            for file, station in zip(files, turns, strict=False):
                self.saved.append(await self.submit(station, file))
                bar.advance(task)
        self.console.print(f"  受理并保存 {len(self.saved)} 件")

    async def submit(self, station: Program, file: Path) -> str:
        """One application by the command line; its id, printed only after the commit."""
        sample = json.loads(file.read_text("utf-8"))
        form = self.sandbox.folder / f"form-{file.name}"
        form.write_text(json.dumps(sample["form"], ensure_ascii=False), "utf-8")
        attach = [
            word
            for material, path in sample["attachments"].items()
            for word in ("--attach", f"{material}={file.parent / path}")
        ]
        answer = await self.sandbox.ask(
            station, "submit", "--item", sample["item"], "--form", form, *attach
        )
        return str(answer["application"])

    async def show_queue(self) -> None:
        """What waits where while the line is down."""

        async def at_hub() -> int:
            return sum([(await self.counts(s)).get("at_hub", 0) for s in self.stations])

        await self.wait("枢纽代管", at_hub, len(self.saved))
        hub = self.sandbox.programs["hub"]
        state = await self.sandbox.ask(hub, "status", "--json")
        up = next(n for n in state["neighbours"] if n["node"] == state["parent"])
        blobs = up.get("blobs", {"waiting": 0})["waiting"]
        waiting = f"{up['envelopes']['waiting']} 个信封、{blobs} 个附件块"
        self.console.print(f"  枢纽积压 {waiting} [dim]waiting at the hub[/]")

    async def arrive(self, title: str, state: str) -> None:
        """Wait until every station says ``state`` of all its applications."""

        async def count() -> int:
            return sum([(await self.counts(s)).get(state, 0) for s in self.stations])

        await self.wait(title, count, len(self.saved))

    async def whole_case(self, county: Program) -> bool:
        """Of one more application, at the second station: nobody works at its desk yet."""
        story = WholeCase(
            sandbox=self.sandbox, console=self.console, county=county, station=self.stations[1]
        )
        scans = LONGZHOU / "applications" / "scans"
        return await story.tell(scans, LONGZHOU / "decision.pdf")

    async def decide(self, county: Program) -> dict[str, str]:
        """Decide ten that need no poster before; outcome by application."""
        catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
        public = {item["id"] for item in catalogue["items"] if item.get("publicity")}
        every = await self.sandbox.ask(county, "cases", "--json")
        cases = [case for case in every if case["item"] not in public]
        decided: dict[str, str] = {}
        for case, (outcome, note) in zip(cases[:_DECIDED], itertools.cycle(OUTCOMES), strict=False):
            paper = ["--attach", LONGZHOU / "decision.pdf"] if outcome == "approved" else []
            await self.sandbox.run(
                county.command,
                "decide",
                county.data,
                case["case"],
                "--outcome",
                outcome,
                "--note",
                note,
                *paper,
            )
            decided[case["application"]] = outcome
        return decided

    async def arrive_decided(self, decided: dict[str, str]) -> None:
        """Wait until the stations show every decision, and check that each is the right one."""
        found: dict[str, str] = {}

        async def count() -> int:
            for station in self.stations:
                for one in (await self.status(station))["applications"]:
                    if one["result"]:
                        found[one["application"]] = one["result"]["outcome"]
            return len(found)

        await self.wait("结果到站", count, len(decided))
        if found != decided:
            raise RuntimeError(f"the stations show {found}, decided was {decided}")

    async def ledger(self, county: Program, decided: dict[str, str]) -> bool:
        """Print it; whether everything that was saved is there exactly once."""
        rows = await self.sandbox.ask(county, "ledger", "--json")
        cases = await self.sandbox.ask(county, "cases", "--json")
        arrived = [case["application"] for case in cases]
        table = Table(
            "村站 station",
            "应到 minted",
            "收到 received",
            "齐全 complete",
            "缺号 missing",
            "重复 dropped",
        )
        for row in rows:
            missing = len(row["missing"])
            numbers = (row["minted"], row["received"], row["complete"], missing, row["duplicates"])
            table.add_row(row["name"], *map(str, numbers))
        self.console.print(table)
        lost = len(set(self.saved) - set(arrived))
        duplicated = len(arrived) - len(set(arrived))
        strange = len(set(arrived) - set(self.saved))
        complete = sum(row["complete"] for row in rows)
        balances = not (lost or duplicated or strange) and complete == len(self.saved)
        self.console.print(
            f"[bold {'green' if balances else 'red'}]submitted {len(self.saved)}, "
            f"received {len(arrived)}, complete {complete}, decided {len(decided)}, "
            f"lost {lost}, duplicated {duplicated}[/]"
        )
        return balances

    async def wait(self, title: str, count: Callable[[], Awaitable[int]], total: int) -> None:
        """Show progress until ``count`` reaches ``total``."""
        started = time.monotonic()
        with self.bar() as bar:
            task = bar.add_task(f"  {title}", total=total)
            while (now := await count()) < total:
                bar.update(task, completed=now)
                if time.monotonic() - started > _WAIT_S:
                    raise RuntimeError(f"{title}: {now} of {total} after {_WAIT_S:.0f} s")
                await asyncio.sleep(_LOOK_S)
        self.console.print(f"  {title} {total} ({time.monotonic() - started:.1f} s)")

    async def status(self, station: Program) -> Json:
        """What the station says."""
        state: Json = await self.sandbox.ask(station, "status", "--json")
        return state

    async def counts(self, station: Program) -> dict[str, int]:
        """Applications by state."""
        counts: dict[str, int] = (await self.status(station))["counts"]
        return counts

    def bar(self) -> Progress:
        """A bar on a terminal, nothing elsewhere."""
        return Progress(console=self.console, transient=True, disable=not self.console.is_terminal)


def append(settings: Path, lines: str) -> None:
    """Add ``lines`` to a node's settings."""
    with settings.open("a", encoding="utf-8") as file:
        file.write(lines)


async def _main(*, stays: bool) -> int:
    console = Console(highlight=False)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="demo-", dir=_working_folder()) as folder:
        async with Sandbox(folder=Path(folder)) as sandbox:
            try:
                balances = await Demo(sandbox, console, stays=stays).run()
            except (CommandError, RuntimeError, TimeoutError) as exc:
                words = str(exc) or "等得太久：这台机器太忙，请稍后再试 too busy a machine"
                console.print(f"[bold red]{words}[/]", markup=True)
                balances = False
    console.print(f"[dim]{time.monotonic() - started:.0f} s[/]")
    return 0 if balances else 1


def _working_folder() -> Path:
    folder = Path(__file__).parent.parent / ".demo"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    sys.exit(asyncio.run(_main(stays=parser.parse_args().keep)))
