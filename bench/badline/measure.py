"""The rows of bad lines: a steady one, the same with cuts, and one at half the rate.

Ours and the peers each have a line of their own and carry the same content at the same time: such
a line costs no processor, so they do not disturb each other. The peers have as long as ours may
take under its limit, and a minute more for each that ours takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.badline import nncp, ours, rsync, stream
from bench.badline.carried import Carried
from bench.commands import PeerMissingError
from bench.link.plan import Cuts, LinePlan
from bench.report import Row, Say
from bench.workplace import working_folder

_RTT_S = 0.6
_FAST, _SLOW = 128_000.0, 64_000.0  # bit/s
_CUTS = Cuts(up_s=20.0, down_s=10.0)
_WITHIN_S = 400.0
_PEERS_TIMES = 2.0  # a peer that has not ended after so many times our time is given up
_MAX_STEADY, _MAX_SLOW, _MAX_CUT, _MAX_CUT_BYTES = 1.07, 1.12, 1.25, 1.1

Peer = Callable[[Path, LinePlan], Awaitable[Carried]]
PEERS: Mapping[str, Peer] = {"TCP": stream.carry, "rsync": rsync.carry, "NNCP": nncp.carry}
RESUMING = ("rsync", "NNCP")  # a raw stream never ends on a line that is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One line, ours and the peers on it."""

    head: str
    rate_bit_s: float
    ours: Carried
    peers: Mapping[str, Carried | str]  # or why it is missing

    def peer(self, name: str) -> Carried | None:
        """A peer's figures; None if it is missing."""
        found = self.peers[name]
        return found if isinstance(found, Carried) else None

    def why(self, name: str) -> str:
        """Why a peer is missing, and how the line was made."""
        found = self.peers[name]
        return self.ours.note if isinstance(found, Carried) else f"{self.head}: {found}"


async def measure_bad(say: Say) -> list[Row]:
    """128 kbit/s, 600 ms, 2 % loss: steady, then cut every 20 s for 10 s."""
    steady_plan = LinePlan.symmetric(_FAST, rtt_s=_RTT_S, loss=0.02)
    cut_plan = LinePlan.symmetric(_FAST, rtt_s=_RTT_S, loss=0.02, cuts=_CUTS)
    steady = await _run("bad line, 128 kbit/s", steady_plan, _FAST, tuple(PEERS), say)
    cut = await _run("bad line, cut", cut_plan, _FAST, RESUMING, say)
    return [*steady_rows(steady, _MAX_STEADY), *cut_rows(cut, steady)]


async def measure_slow(say: Say) -> list[Row]:
    """64 kbit/s, 600 ms, 5 % loss."""
    plan = LinePlan.symmetric(_SLOW, rtt_s=_RTT_S, loss=0.05)
    run = await _run("bad line, 64 kbit/s", plan, _SLOW, tuple(PEERS), say)
    return steady_rows(run, _MAX_SLOW)


def steady_rows(run: Run, limit: float) -> list[Row]:
    """Of a line that stays up: time against the line, whole times, bytes."""
    tcp = run.peer("TCP")
    return [
        Row(
            name=f"{run.head}: time / (bytes on it / rate)",
            ours=run.ours.against_line(run.rate_bit_s),
            peer=None if tcp is None else tcp.against_line(run.rate_bit_s),
            limit=limit,
            unit="times, peer TCP",
            note=run.why("TCP"),
        ),
        Row(
            name=f"{run.head}: time / (stream / rate)",
            ours=run.ours.against_stream(run.rate_bit_s),
            peer=None if tcp is None else tcp.against_stream(run.rate_bit_s),
            unit="times, peer TCP",
        ),
        *_beside_peers(run),
    ]


def cut_rows(cut: Run, steady: Run) -> list[Row]:
    """Of a line that is cut: time against the line, and bytes against the steady one."""
    rsync_cut, rsync_steady = cut.peer("rsync"), steady.peer("rsync")
    more = rsync_cut.sent_bytes / rsync_steady.sent_bytes if rsync_cut and rsync_steady else None
    return [
        Row(
            name=f"{cut.head}: time / (bytes / rate + down)",
            ours=cut.ours.against_line(cut.rate_bit_s),
            peer=None if rsync_cut is None else rsync_cut.against_line(cut.rate_bit_s),
            limit=_MAX_CUT,
            unit="times, peer rsync",
            note=cut.why("rsync"),
        ),
        Row(
            name=f"{cut.head}: bytes on it / without cuts",
            ours=cut.ours.sent_bytes / steady.ours.sent_bytes,
            peer=more,
            limit=_MAX_CUT_BYTES,
            unit="times, peer rsync",
        ),
        *_beside_peers(cut),
    ]


def _beside_peers(run: Run) -> list[Row]:
    rows = []
    for name in run.peers:
        peer = run.peer(name)
        rows += [
            Row(
                name=f"{run.head}: whole, {name}",
                ours=run.ours.wall_s,
                peer=None if peer is None else peer.wall_s,
                unit="s",
                note=run.why(name),
            ),
            Row(
                name=f"{run.head}: up, {name}",
                ours=run.ours.up_bytes / 1000,
                peer=None if peer is None else peer.up_bytes / 1000,
                unit="KB",
            ),
        ]
    return rows


async def _run(
    head: str, plan: LinePlan, rate_bit_s: float, names: tuple[str, ...], say: Say
) -> Run:
    """Ours and the peers side by side."""
    say(f"{head}: ours, {', '.join(names)}")
    with working_folder() as folder:
        tasks = {
            name: asyncio.create_task(_peer(PEERS[name], folder / name, plan)) for name in names
        }
        try:
            mine = await ours.carry(folder / "ours", plan, within_s=_WITHIN_S)
            say(f"{head}: ours took {mine.wall_s:.0f} s; waiting for {', '.join(names)}")
            await asyncio.wait(tasks.values(), timeout=mine.wall_s * (_PEERS_TIMES - 1))
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.wait(tasks.values())
    given_up = f"not done after {mine.wall_s * _PEERS_TIMES:.0f} s"
    peers = {
        name: f"{name} was {given_up}" if task.cancelled() else task.result()
        for name, task in tasks.items()
    }
    return Run(head=head, rate_bit_s=rate_bit_s, ours=mine, peers=peers)


async def _peer(carry: Peer, folder: Path, plan: LinePlan) -> Carried | str:
    folder.mkdir(parents=True)
    try:
        return await carry(folder, plan)
    except (PeerMissingError, OSError) as exc:
        return str(exc)
