"""A whole small county in one process: real programs on real disks.

One or two village PCs, a township hub and the county centre. What waits is files; what time
passes is virtual; what is lost is lost on purpose, and the book says what is still owed.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from protocol.trust.roster import Role
from tests.builders.chance import SeededRandomness
from tests.builders.lines.links import Line
from tests.builders.virtual_time import LoopClock, VirtualLoop
from tests.campaign.door import may_call
from tests.campaign.judging.book import Book, PcNotes
from tests.campaign.judging.followed import excuse_withdrawn
from tests.campaign.judging.promises import Breach, Promise, require_all
from tests.campaign.judging.truth import Pieces
from tests.campaign.nodes import Machine, Pc, Server
from tests.campaign.office import Office
from tests.campaign.places import HUBS, Places
from tests.campaign.power import Grid
from tests.campaign.registry import WITHDRAWN, Registry
from tests.campaign.talk import talk

HUB, COUNTY = "hub", "county"
DAY_MS = 86_400_000
KEEP_DAYS = 90  # of sealed bytes, after the county settled them
RUN_DAYS = 7  # of the PC's own running, whatever the county says of the time
_REJECTED = 4  # outbox.settled: the county could not take it, and the clerk was told
MARK = "样本"  # in every form and file: no hub may ever hold it


@dataclass(slots=True, kw_only=True)
class _Settled:
    """When a PC's envelope was seen as settled, and what came of the time since."""

    seen_ms: int
    word: int  # number of the county's time that the PC held then
    later: set[int] = field(default_factory=set)

    def may_go(self, now_ms: int) -> bool:
        """Whether a PC may let go of it that a county misled: two words, and days of running."""
        return len(self.later) > 1 and now_ms - self.seen_ms >= RUN_DAYS * DAY_MS


class World:
    """The county, between two actions at rest. Use ``async with``."""

    def __init__(
        self,
        places: Places,
        folder: Path,
        grid: Grid,
        *,
        villages: int,
        seed: int,
        hubs: int = 1,
        overheard: Sequence[str] = (),
    ) -> None:
        self.places, self.folder, self.grid = places, folder, grid
        self.overheard = overheard  # lines of logs that hold somebody's data
        self._villages, self.randomness = villages, SeededRandomness(seed)
        self._hubs = list(HUBS)[:hubs]
        self.registry = Registry(places=places, folder=folder, randomness=self.randomness)
        self.detours: dict[str, str] = {}  # PC to the hub that it calls in place of its own
        self.book = Book()
        self.notes: dict[str, PcNotes] = {}
        self.machines: dict[str, Machine] = {}
        self.copies: dict[str, list[tuple[Path, PcNotes]]] = {}
        self.sticks: list[Path] = []
        self.office = Office(places=places)
        self.numbers: dict[tuple[bytes, str], tuple[str, str]] = {}  # instance, case number
        self.counts: Counter[str] = Counter()
        self.put_back_by_hand = False  # a hub or county, and nobody told it
        self.county_was_wrong = False  # about the time
        self.withdrawn = set[str]()  # stations that were, or one of whose PCs was
        self._settled: dict[bytes, _Settled] = {}  # of whichever copy of a PC
        self._seen = set[tuple[str, str]]()  # cases, by station and application
        self._serial = 0

    async def __aenter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in (*self._hubs, COUNTY):
            role = Role.COUNTY if name == COUNTY else Role.HUB
            self._add(self._server(role, name), self.places.template(name))
        for number, node in enumerate(self.places.stations[: self._villages]):
            self._add(self.new_pc(f"pc{number}", node), self.places.template(f"station-{number}"))
        for machine in self.machines.values():
            await self.open(machine)
        return self

    async def __aexit__(self, *_: object) -> None:
        for machine in self.machines.values():
            machine.power.restore()
            await machine.close()
        self.registry.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def hub(self) -> Server:
        return self._one_server(HUB)

    @property
    def hubs(self) -> list[Server]:
        return [self._one_server(name) for name in self._hubs]

    @property
    def county(self) -> Server:
        return self._one_server(COUNTY)

    @property
    def pcs(self) -> list[Pc]:
        return [machine for machine in self.machines.values() if isinstance(machine, Pc)]

    def pc(self, name: str) -> Pc | None:
        """A PC; None if an action before it, that made it, was left out."""
        machine = self.machines.get(name)
        return machine if isinstance(machine, Pc) else None

    def new_pc(self, name: str, node: str) -> Pc:
        return Pc(name, node, self.folder / name, randomness=self.randomness, grid=self.grid)  # type: ignore[arg-type]

    def parent_of(self, child: Machine) -> Server:
        if isinstance(child, Server):
            return self.county
        return self._one_server(self.detours.get(child.name, HUB))

    def new_name(self, stem: str) -> Path:
        """A path that was not used before."""
        self._serial += 1
        return self.folder / "kept" / f"{stem}-{self._serial}"

    def notes_of(self, name: str) -> PcNotes:
        return self.notes.setdefault(name, PcNotes())

    def new_notes(self) -> PcNotes:
        """Of a PC that begins empty under the name of one that was there before."""
        self._serial += 1
        return PcNotes(head=self._serial.to_bytes(4), straight=False)

    async def open(self, machine: Machine) -> None:
        """Switch ``machine`` on."""
        await machine.open()
        if machine is self.county:
            if self.registry.succeeds:
                self.registry.succession(machine.identity).begin()
            await self.office.offer_roster(self)

    async def come_back(self, machine: Machine) -> None:
        """Start what lost its power; plan nothing more for what did not."""
        if machine.power.dead:
            self.counts["(power cuts in the middle)"] += 1
            await machine.cut()
            await self.open(machine)
        machine.power.restore()

    async def talk(
        self, child: Machine, line: Line | None = None, *, straight: bool = False
    ) -> None:
        """One exchange of ``child`` with its parent, or ``straight`` with the county."""
        line = line or Line()
        parent = self.county if straight else self.parent_of(child)
        if self.registry.is_open and not may_call(child, parent):
            self.counts["(turned away)"] += 1
            return
        await talk(child, parent, line, self.randomness.token(8))
        self.counts["(exchanges)"] += 1
        self.counts["(exchanges cut)"] += line.broken

    def pass_days(self, days: int) -> None:
        """Everywhere, whatever the clocks say."""
        self.pass_s(days * DAY_MS / 1000)

    def pass_s(self, seconds: float) -> None:
        """The same, in seconds."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.pass_s(seconds)

    async def tidy(self, pc: Pc) -> None:
        """The slow jobs of a PC."""
        await pc.station.upkeep.housekeeping.daily()
        await pc.station.upkeep.housekeeping.hourly()
        await pc.station.upkeep.inquiry.ask()
        if pc.node in self.registry.renewed or self.registry.succeeds:
            await self._renew(pc)
        pc.station.upkeep.housekeeping.disk.drop_ballast()

    async def _renew(self, pc: Pc) -> None:
        """What its agent does each hour about its keys."""
        await pc.station.renewal.look()
        if pc.station.renewal.ready.is_set():
            await pc.close()
            await self.open(pc)
            self.copies.pop(pc.name, None)  # with keys that count no more: docs/operations.md
            self.counts["(keys taken)"] += 1

    async def lose_disk(self, machine: Machine, source: Path, *, anew: bool) -> None:
        """What was on the disk of ``machine`` is lost; it goes on with what is in ``source``.

        Raises:
            Failure: something is lost that must not be.
        """
        with self.losing_disk(machine, []):
            await self.begin_with(machine, source, anew=anew)

    async def begin_with(self, machine: Machine, source: Path, *, anew: bool) -> None:
        """Start ``machine`` on what is in ``source``; ``anew``: a server as another life."""
        await machine.close()
        machine.put_back(source)
        await self.open(machine)
        if anew and isinstance(machine, Server):
            await machine.begin_anew()
            await machine.close()
            await self.open(machine)

    @contextmanager
    def losing_disk(self, machine: Machine, with_it: list[Pieces]) -> Iterator[None]:
        """Inside, ``machine`` gets another disk; the book compares what was with what is.

        Args:
            with_it: what was on other disks that are lost too.
        """
        self.counts["(disks lost)"] += 1
        before = self.kept(machine)
        yield
        others = [self.kept(other) for other in self.machines.values() if other is not machine]
        require_all(self.book.disk_lost(before, self.kept(machine), others, with_it))

    def memory_lost(self, node: str) -> None:
        """A PC of this station does not know what came to it before."""
        for pc in self.pcs:
            if pc.node == node:
                self.notes_of(pc.name).straight = False

    # what is seen

    def kept(self, machine: Machine) -> Pieces:
        """What would come from this disk if all others were lost."""
        if isinstance(machine, Pc):
            return machine.disk.kept_at_station()
        disk = machine.disk
        return disk.kept_at_county() if machine is self.county else disk.kept_at_hub()

    def observe(self) -> None:
        """Look at every disk, and check what must hold at any time."""
        disks = []
        self._note_withdrawn()
        for name, machine in self.machines.items():
            if isinstance(machine, Pc):
                self.book.look_at_queue(machine.node, self.notes_of(name), machine.disk.queue())
                self.book.look_at_rejected(machine.disk.rejected_at_station())
            disks.append(self.kept(machine))
            if isinstance(machine, Server):
                self.book.seen_elsewhere(disks[-1])
        excuse_withdrawn(self)
        early = list(self._let_go_too_early())  # and notes what may be on no disk from now on
        lost = [*self.book.unsaved(), *self.book.nobody_holds(disks)]
        require_all([*lost, *self._wrong_cases(), *self._unreviewed(), *early])

    def _note_withdrawn(self) -> None:
        """Stations of which a follow-up may have been refused, as they or a PC were withdrawn."""
        if not self.registry.is_open:
            return
        nodes = {pc.node for pc in self.pcs}
        self.withdrawn |= {one for one in nodes if self.registry.state(one) in WITHDRAWN}
        self.withdrawn |= self.registry.replaced

    def _wrong_cases(self) -> Iterable[Breach]:
        """A case is of an application; one life of the county gives out each number once.

        A county that began empty may by chance (1 in 576) have the letters of the one before.
        """
        life = self.county.disk.instance()
        for case in self.county.disk.cases():
            key = (case.station, case.application)
            if case.application not in self.book.applications:
                yield Breach(Promise.ONE_EFFECT, f"case {case.number} is of no application")
            if self.numbers.setdefault((life, case.number), key) != key:
                how = f"case number {case.number} stands for two applications"
                yield Breach(Promise.ONE_EFFECT, how)

    def _unreviewed(self) -> Iterable[Breach]:
        """What a withdrawn or lost PC has sealed opens no case before a person has seen it."""
        for case in self.county.disk.cases():
            key = (case.station, case.application)
            allowed = self.registry.may_open_cases(case.station, case.envelope)
            if not (allowed or key in self._seen | self.registry.accepted):
                yield Breach(Promise.WITHDRAWN, f"case {case.number} was opened by nobody")
            self._seen.add(key)

    def _let_go_too_early(self) -> Iterable[Breach]:
        """Sealed bytes go only after SAFE, or 90 days after the county settled the envelope.

        A county that was wrong about the time may shorten the 90 days, but not below seven.
        """
        now_ms = LoopClock().now_ms()  # whatever anybody says
        before_ms = now_ms - KEEP_DAYS * DAY_MS
        query = (
            "SELECT o.envelope, o.settled, max(r.rank) = 3, max(r.at_ms <= ? AND r.rank >= enough)"
            " FROM outbox o LEFT JOIN receipts r USING (envelope)"
            " WHERE length(wire) = 0 GROUP BY o.envelope"
        )
        for pc in self.pcs:
            self._look_at_settled(pc, now_ms)
            for envelope, settled, safe, by_receipt in pc.disk.rows(query, (before_ms,)):
                misled = self.county_was_wrong and self._settled[envelope].may_go(now_ms)
                old = by_receipt or misled
                sealed = self.book.sealed[envelope]
                name = sealed.application[:6]
                if not (safe or old or settled == _REJECTED):
                    yield Breach(Promise.KEPT, f"{pc.name} let go of {name} too early")
                if old or settled == _REJECTED:
                    self.book.released |= sealed.pieces
                elif not all(self.office.is_in_a_backup(piece) for piece in sealed.pieces):
                    yield Breach(Promise.SAFE, f"{name} was told safe, and is in no backup")

    def _look_at_settled(self, pc: Pc, now_ms: int) -> None:
        """Since when each envelope is settled, and which words on the time came after that."""
        ((word,),) = pc.disk.rows("SELECT time_n FROM station", ())
        for (envelope,) in pc.disk.rows("SELECT envelope FROM outbox WHERE settled > 0", ()):
            fresh = _Settled(seen_ms=now_ms, word=word)
            settled = self._settled.setdefault(envelope, fresh)
            if word > settled.word:
                settled.later.add(word)

    # its parts

    def _server(self, role: Role, name: str) -> Server:
        return Server(
            role,
            self.folder / name,
            randomness=self.randomness,
            grid=self.grid,
            registry=self.registry,
        )

    def _add(self, machine: Machine, template: Path) -> None:
        shutil.copytree(template, machine.data)
        self.machines[machine.name] = machine

    def _one_server(self, name: str) -> Server:
        machine = self.machines[name]
        if not isinstance(machine, Server):
            raise TypeError(name)
        return machine
