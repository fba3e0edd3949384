"""A county is provisioned: a table of 20 hubs and 500 stations is imported, and all of them join.

The table has no addresses, as an office keeps it: each hub says its own when it joins.

The county is a real process; the nodes join one after the other over TLS on loopback, each with
keys and a data folder of its own. Their hubs do not run, so they ask the county itself. Joining
costs a node about 30 ms of its own (Argon2id over its code), which stands in the figures.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.process import peak_rss_mb
from bench.report import Row, Say
from bench.workplace import working_folder
from examples.sandbox import Program, Sandbox, free_port
from protocol.trust.roster import Role
from runtime.node.joining import Joining
from runtime.system import SystemClock, SystemRandomness

_HUBS, _STATIONS = 20, 500
_EDGE = 10  # nodes at the beginning and at the end whose times are compared
_MAX_S, _MAX_MB, _MAX_GROWTH = 300.0, 300.0, 1.2
_COUNTY = "451423"


async def measure(say: Say) -> list[Row]:
    """Import the table, join everybody, and look at the county's memory."""
    with working_folder() as folder:
        async with Sandbox(folder=folder) as box:
            county = await box.county(_COUNTY, "龙州县")
            await box.start(county)
            say("importing the table")
            nodes, import_s = await _import(box, county, folder)
            times = [await _join(node, folder, say, number) for number, node in enumerate(nodes, 1)]
            return _rows(import_s, times, peak_rss_mb(county))


async def _import(
    box: Sandbox, county: Program, folder: Path
) -> tuple[Sequence[Mapping[str, Any]], float]:
    table = folder / "nodes.csv"
    table.write_text(_table(), "utf-8")
    started = time.perf_counter()
    answer = await box.run(
        "yizhan-provision", "import", county.data, table, "--kits", folder / "kits", "--json"
    )
    return json.loads(answer)["nodes"], time.perf_counter() - started


def _table() -> str:
    lines = ["code,name,role,parent,contact"]
    for hub in range(_HUBS):
        code = f"{_COUNTY}{100 + hub}"
        lines.append(f"{code},第{hub}镇,hub,{_COUNTY},0771-7654321")
        lines += [
            f"{code}{200 + village},第{hub}-{village}村,station,{code},0771-1234567"
            for village in range(_STATIONS // _HUBS)
        ]
    return "\n".join(lines)


async def _join(node: Mapping[str, Any], folder: Path, say: Say, number: int) -> float:
    """Seconds for one node to come in."""
    say(f"joining {number} of {_HUBS + _STATIONS}")
    kit, card = Path(node["kit"]).read_bytes(), Path(node["card"]).read_text("utf-8")
    (code,) = re.findall(r'<p class="code">(.+?)</p>', card)
    data = folder / node["node"]
    await asyncio.to_thread(data.mkdir)
    joining = Joining(clock=SystemClock(), randomness=SystemRandomness())
    role = Role(node["role"])
    url = f"https://127.0.0.1:{free_port()}" if role is Role.HUB else ""
    started = time.perf_counter()
    await joining.join(kit, code, data, role, url=url)
    return time.perf_counter() - started


def _rows(import_s: float, times: Sequence[float], peak_mb: float) -> list[Row]:
    head = f"provisioning {_HUBS} hubs, {_STATIONS} stations"
    first, last = sorted(times[:_EDGE])[_EDGE // 2], sorted(times[-_EDGE:])[_EDGE // 2]
    return [
        Row(name=f"{head}: import, kits, joining", ours=import_s + sum(times), unit="s",
            limit=_MAX_S, note=f"import and kits {import_s:.1f} s"),
        Row(name=f"{head}: memory of the county", ours=peak_mb, unit="MB", limit=_MAX_MB),
        Row(name=f"{head}: last nodes to first, time each", ours=last / first, unit="ratio",
            limit=_MAX_GROWTH, note=f"{first * 1000:.0f} ms to {last * 1000:.0f} ms"),
    ]  # fmt: skip
