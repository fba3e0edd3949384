"""Everything goes wrong at once, with real processes; then all is mended, and the books must agree.

``python -m tests.system.lines.chaos --seconds 150 --seed 7`` (or ``make chaos SECONDS=150``): a
county, a hub and two stations are killed at any moment while clerks submit, lines are cut, sticks
travel in both directions, backups are made and cases are decided. What a seed decides is repeated,
what the operating system decides is not.
"""

import argparse
import asyncio
import hashlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from examples.line import Line
from examples.sandbox import CommandError, Program, Sandbox, free_port
from tests.system.waiting import until

LONGZHOU = Path(__file__).parents[3] / "examples" / "longzhou"
HASTY = "linger_s = 2\npause_s = 0.3\nretry_first_s = 0.3\n"
HASTY_STATION = "linger_s = 2\nexchange_pause_s = 0.5\n"
ARRIVED = frozenset({"complete", "decided", "returned"})
HEALED_S = 150.0
SCAN_BYTES = 200_000


class OutOfBalanceError(AssertionError):
    """The books do not agree."""


@dataclass(kw_only=True)
class Chaos:
    """One township to be ill-treated. Use :func:`run`."""

    box: Sandbox
    rng: random.Random
    lines: list[Line] = field(default_factory=list)
    stations: list[Program] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)  # printed to a clerk
    written: dict[str, tuple[dict[str, Any], bool]] = field(default_factory=dict)  # form, scan?
    notes: dict[str, set[str]] = field(default_factory=dict)  # of decisions, by case
    done: Counter[str] = field(default_factory=Counter)
    power: dict[str, asyncio.Lock] = field(default_factory=dict)

    @property
    def county(self) -> Program:
        return self.box.programs["county"]

    @property
    def hub(self) -> Program:
        return self.box.programs["hub"]

    async def open(self, stack: AsyncExitStack) -> None:
        """Every node behind a line of its own, and the catalogue everywhere."""
        ports = [free_port(), free_port()]
        self.lines = [await self.open_line(stack, port) for port in ports]
        county = await self.open_county(ports[0])
        await self.box.run("yizhan-county", "publish", county.data, LONGZHOU / "catalogue.json")
        hub = await self.box.hub("hub", "451423103", "金龙镇", url=self.lines[1].url)
        settings = f'listen = "127.0.0.1:{ports[1]}"\n{HASTY}'
        (hub.data / "hub.toml").write_text(settings, "utf-8")
        await self.box.start(hub)
        for number in (1, 2):
            code, title = f"4514231032{number:02}", f"第{number}村站"
            station = await self.box.station(f"station{number}", code, title, hub)
            (station.data / "station.toml").write_text(HASTY_STATION, "utf-8")
            await self.box.start(station)
            self.stations.append(station)
        self.power = {name: asyncio.Lock() for name in self.box.programs}
        self.scan.write_bytes(self.rng.randbytes(SCAN_BYTES))
        await until(self.all_hold_the_catalogue)

    async def open_line(self, stack: AsyncExitStack, port: int) -> Line:
        """A line to ``port``; the first is the county's."""
        return await stack.enter_async_context(Line(("127.0.0.1", port)))

    async def open_county(self, port: int) -> Program:
        """The county, at work."""
        url = self.lines[0].url
        county = await self.box.county("451423", "龙州县", url=url, listen=port)
        await self.box.start(county)
        return county

    @property
    def scan(self) -> Path:
        return self.box.folder / "scan.jpg"

    async def all_hold_the_catalogue(self) -> bool:
        """Whether every station has a release."""
        states = [await self.box.ask(station, "status", "--json") for station in self.stations]
        return all(state["release"] for state in states)

    # what happens

    async def submit(self) -> None:
        number, station = self.rng.randint(1, 4), self.rng.choice(self.stations)
        sample = json.loads((LONGZHOU / f"applications/{number:02}.json").read_text("utf-8"))
        filled = sample["form"] | {"address": f"江村 {self.rng.randrange(10**9)} 号"}
        form = self.box.folder / f"form-{number}.json"
        form.write_text(json.dumps(filled, ensure_ascii=False), "utf-8")
        more = ("--attach", f"id-card={self.scan}") if self.rng.random() < 0.3 else ()
        answer = await self.box.ask(
            station, "submit", "--item", sample["item"], "--form", form, *more
        )
        self.saved.append(answer["application"])
        self.written[answer["application"]] = (filled, bool(more))

    async def kill(self) -> None:
        name = self.rng.choice(sorted(self.power))
        async with self.power[name]:
            await self.box.kill(name)
            await asyncio.sleep(self.rng.uniform(0.0, 1.0))
            await self.box.start(self.box.programs[name])

    async def cut(self) -> None:
        line = self.rng.choice(self.lines)
        line.cut()
        await asyncio.sleep(self.rng.uniform(0.2, 2.5))
        line.restore()

    async def carry(self) -> None:
        """A stick goes from one node to another; it may have been used before."""
        giver, batch_receiver = self.rng.sample([self.county, self.hub, *self.stations], 2)
        stick = self.box.folder / f"stick-{self.rng.randint(1, 3)}"
        await self.box.run(giver.command, "stick", "export", giver.data, stick)
        try:
            await self.box.run(
                batch_receiver.command, "stick", "import", batch_receiver.data, stick
            )
        except CommandError as exc:
            if "[stick.nothing]" not in exc.stderr:  # this pair may have nothing for each other
                raise

    async def back_up(self) -> None:
        await self.box.run("yizhan-county", "backup", self.county.data, self.box.folder / "backups")

    async def decide(self) -> None:
        cases = await self.box.ask(self.county, "cases", "--json")
        if open_ones := [case["case"] for case in cases if case["state"] == "complete"]:
            case, note = self.rng.choice(open_ones), f"准予，第 {self.rng.randrange(10**9)} 号。"
            self.notes.setdefault(case, set()).add(note)
            words = (case, "--outcome", "approved", "--note", note)
            await self.box.run("yizhan-county", "decide", self.county.data, *words)

    async def again_and_again(
        self, action: Callable[[], Awaitable[None]], pause_s: float, ends: float
    ) -> None:
        """Do ``action`` until the time is over; a command whose node was killed may fail."""
        while time.monotonic() < ends:
            await asyncio.sleep(self.rng.uniform(0.2, 2 * pause_s))
            try:
                await action()
            except CommandError as exc:
                if exc.exit_code not in (3, 4):  # refused or unreachable, and it says so in words
                    raise
                self.done[f"{action.__name__} in vain"] += 1
            else:
                self.done[action.__name__] += 1

    async def rage(self, seconds: float) -> None:
        """All of it at once."""
        ends = time.monotonic() + seconds
        actions = {self.submit: 0.4, self.kill: 1.0, self.cut: 2.0}
        actions |= {self.carry: 3.0, self.back_up: 8.0, self.decide: 5.0}
        await asyncio.gather(
            *(self.again_and_again(action, pause_s, ends) for action, pause_s in actions.items())
        )

    # and then

    async def heal(self) -> None:
        """Every line is whole, every node runs, and everything saved arrives."""
        for line in self.lines:
            line.restore()
        for program in self.box.programs.values():
            if not program.running:
                await self.box.start(program)
        await until(self.everything_arrived, within_s=HEALED_S, every_s=1.0)
        await self.back_up()

    async def everything_arrived(self) -> bool:
        """Whether every saved application is complete or decided at its station."""
        return (
            all(self.states[one] in ARRIVED for one in self.saved) if await self.look() else False
        )

    async def look(self) -> bool:
        """Ask the stations how far everything is."""
        self.states: dict[str, str] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        for station in self.stations:
            status = await self.box.ask(station, "status", "--json")
            self.states |= {one["application"]: one["state"] for one in status["applications"]}
            self.shown |= {one["application"]: one for one in status["applications"]}
        missing = set(self.saved) - self.states.keys()
        if missing:
            raise OutOfBalanceError(f"no longer known at their station: {sorted(missing)}")
        return True

    async def balance(self) -> dict[str, Any]:
        """Compare what clerks saw with what the county has.

        Raises:
            OutOfBalanceError: something is missing, there twice, or falsely alarmed.
        """
        cases = await self.box.ask(self.county, "cases", "--json")
        rows = await self.box.ask(self.county, "ledger", "--json")
        applications = Counter(case["application"] for case in cases)
        numbers = Counter(case["case"] for case in cases)
        faults = {
            "missing cases": sorted(set(self.saved) - applications.keys()),
            "cases twice": [one for one, count in applications.items() if count > 1],
            "case numbers twice": [one for one, count in numbers.items() if count > 1],
            "other contents": [case["case"] for case in cases if self.is_another(case)],
            "missing numbers": [row["missing"] for row in rows if row["missing"]],
            "forks": [row["forks"] for row in rows if row["forks"]],
        }
        if any(faults.values()):
            raise OutOfBalanceError(json.dumps(faults, ensure_ascii=False))
        return {"saved": len(self.saved), "cases": len(cases), **dict(self.done)}

    def is_another(self, case: Mapping[str, Any]) -> bool:
        """Whether a case, or its decision at the station, is not what somebody wrote."""
        if case["application"] not in self.written:
            return False  # the command that printed it was killed
        form, has_scan = self.written[case["application"]]
        scan = [hashlib.sha256(self.scan.read_bytes()).hexdigest()] if has_scan else []
        result = self.shown[case["application"]]["result"]
        return (
            case["form"] != form
            or [file["sha256"] for file in case["attachments"]] != scan
            or (result is not None and result["note"] not in self.notes.get(case["case"], ()))
        )


async def run(
    folder: Path,
    *,
    seconds: float,
    seed: int,
    sandbox: type[Sandbox] = Sandbox,
    kind: Callable[..., Chaos] = Chaos,
) -> dict[str, Any]:
    """One chaos of so many seconds; what happened, as counts.

    Args:
        kind: of township.
        sandbox: what starts the programs; by itself their installed scripts.

    Raises:
        OutOfBalanceError: the promise was broken.
        TimeoutError: something saved did not arrive.
    """
    async with AsyncExitStack() as stack:
        box = await stack.enter_async_context(sandbox(folder=folder))
        chaos = kind(box=box, rng=random.Random(seed))
        await chaos.open(stack)
        await chaos.rage(seconds)
        await chaos.heal()
        return await chaos.balance()


def main() -> int:
    """Print the seed first, so that a chaos that fails can be begun alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    args = parser.parse_args()
    click.echo(f"chaos: seed {args.seed}, {args.seconds:.0f} s")
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        found = asyncio.run(run(folder, seconds=args.seconds, seed=args.seed))
    except BaseException:
        click.echo(f"chaos: seed {args.seed} failed; everything is in {folder}", err=True)
        raise
    click.echo(f"chaos: seed {args.seed} balanced: {json.dumps(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
