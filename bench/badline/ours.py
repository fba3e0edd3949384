"""The cargo by our programs: station, bad line, hub, county, and the receipts back."""

import secrets
import time
from pathlib import Path

from bench.badline.cargo import COUNT, Cargo
from bench.badline.carried import Carried
from bench.link.plan import LinePlan
from bench.township import Outpost, open_outpost, until

_LOOK_S = 0.2


async def carry(folder: Path, plan: LinePlan, *, within_s: float) -> Carried:
    """From the agent's start until the station holds the receipt COMPLETE for all of them.

    Raises:
        TimeoutError: not so within ``within_s`` seconds.
    """
    cargo = Cargo.write(folder / "cargo")
    async with open_outpost(folder / "nodes", plan) as town:
        town.line.switch.take_down()
        for application in cargo.applications:
            files = [(material, str(path)) for material, path in filter(None, [application.scan])]
            await town.ask_station(
                "submit",
                application=secrets.token_hex(16),
                item=application.item,
                form=application.form,
                files=files,
            )
        await town.sandbox.stop(town.station)  # it may wait for minutes before it calls again
        return await _carry(town, within_s)


async def _carry(town: Outpost, within_s: float) -> Carried:
    town.line.begin()
    await town.sandbox.start(town.station)
    started_s = time.perf_counter()

    async def all_complete() -> bool:
        return int((await town.status())["counts"]["complete"]) == COUNT

    await until(all_complete, within_s=within_s, every_s=_LOOK_S)
    carried = Carried.over(town.line, time.perf_counter() - started_s)
    (row,) = await town.sandbox.ask(town.county, "ledger", "--json")
    if row["complete"] != COUNT or row["missing"]:
        raise RuntimeError(f"the county's ledger says {row}, {COUNT} were queued")
    return carried
