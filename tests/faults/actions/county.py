"""What a county writes: cases, decisions, releases, backups, restores, and its own beginning."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from central.county import app
from central.county.backup.calls import Made
from central.county.intake.housekeeping import KEPT_DAYS
from central.county.keys.founding import found_county
from central.county.processes import leading
from central.county.recovery import restoring
from central.server.config import ServerConfig
from protocol.envelope.payloads import Outcome
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.ids import BlobRef
from provisioning.escrow.recovery import beside
from runtime.node.identity import has_identity, load_identity
from runtime.system import SystemClock, SystemRandomness
from tests.builders.clock import FakeClock
from tests.builders.disks.lasting import lasting_folder
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty, Place, envelope_id
from tests.central.county.village import CATALOGUE, Scan, Village
from tests.faults.action import Action
from tests.faults.actions.relay import migrated_already

SCAN = b"scan" * 30_000


@dataclass
class Centre:
    """A county in a folder with one village, and what the village sends."""

    place: Place
    village: Village
    scan: Scan
    wires: list[bytes] = field(default_factory=list)
    made: Made | None = None

    @asynccontextmanager
    async def open(self, data: Path | None = None) -> AsyncIterator[OpenCounty]:
        with mock.patch.object(leading, "upgrade", migrated_already):
            async with self.place.open(data) as county:
                yield county

    async def bring(self, county: OpenCounty) -> None:
        """One commit for each thing, as over a slow line."""
        items: list[Item] = [EnvelopeItem(wire=wire) for wire in self.wires]
        for item in items + list(self.scan.parts):
            assert await county.offer([item]) == []

    async def all_are_cases_once(self, county: OpenCounty) -> None:
        cases = await county.cases()
        assert sorted(bytes.fromhex(one) for one in cases) == sorted(self.village.applications)
        assert {one["state"] for one in cases.values()} == {"complete"}


async def _founded(place: Place) -> Centre:
    async with place.open() as county:
        village = await county.village()
    scan = village.scan(SCAN)
    wires = [village.submit(scan), village.submit()]
    return Centre(place=place, village=village, scan=scan, wires=wires)


async def _busy(place: Place) -> Centre:
    made = await _founded(place)
    async with made.open() as county:
        await made.bring(county)
    return made


async def _safe(place: Place) -> Centre:
    made = await _busy(place)
    async with made.open() as county:
        made.made = await place.back_up(county)
    return made


class Pattern:
    """A county's folder that is made once and copied for each cut: founding takes a while."""

    def __init__(self, make: Callable[[Place], Awaitable[Centre]]) -> None:
        self._make = make
        self._made: Centre | None = None

    async def copy_to(self, root: Path) -> Centre:
        if self._made is None:
            folder = lasting_folder("county") / "pattern"
            folder.mkdir()
            self._made = await self._make(Place(folder=folder))
        made = self._made
        shutil.copytree(made.place.folder, root)
        return replace(
            made,
            place=Place(folder=root),
            village=replace(made.village, applications=list(made.village.applications)),
            wires=list(made.wires),
        )


_FOUNDED, _BUSY, _SAFE = Pattern(_founded), Pattern(_busy), Pattern(_safe)


async def centre(root: Path) -> Centre:
    """A county that is founded, has a village and a release, and nothing else."""
    return await _FOUNDED.copy_to(root)


async def with_cases(root: Path) -> Centre:
    """What the village sends is there, and no backup of it."""
    return await _BUSY.copy_to(root)


# applications


async def take_in(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await made.bring(county)


async def they_are_cases_once(made: Centre, told: bool) -> None:
    async with made.open() as county:
        if not told:
            for _ in range(2):  # a part may be refused because one before it was lost
                items = [EnvelopeItem(wire=wire) for wire in made.wires]
                await county.offer([*items, *made.scan.parts])
        await made.all_are_cases_once(county)
        lines = await county.receipts(made.village)
        numbers = [line.number for line in lines]
        assert numbers == sorted(set(numbers))
        assert {line.envelope for line in lines} == {envelope_id(wire) for wire in made.wires}


# a decision


async def decide(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        case = await first_case(county)
        paper = made.place.folder.parent / "paper.pdf"
        paper.write_bytes(b"paper" * 20_000)
        with mains.armed():
            await county.node.county.flows.decide(
                case, outcome=Outcome.APPROVED, note="", attach=[paper]
            )


async def first_case(county: OpenCounty) -> str:
    cases = await county.cases()
    return min(str(one["case"]) for one in cases.values())


async def it_is_decided_or_open(made: Centre, told: bool) -> None:
    async with made.open() as county:
        case = await first_case(county)
        states = {one["case"]: one["state"] for one in (await county.cases()).values()}
        decided = states[case] == "decided"
        assert decided or not told
        files = [path for path in (made.place.data / "blobs").glob("*/??/*") if path.is_file()]
        assert len(files) == 1 + decided  # nothing is left of a decision that was not made
        if not decided:
            await county.node.county.flows.decide(
                case, outcome=Outcome.APPROVED, note="", attach=[]
            )
        shown = {one["state"] for one in (await county.cases()).values()}
        assert shown == {"decided", "complete"}


# a release


async def publish(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await county.node.county.catalogue.publish(CATALOGUE.replace(b"16", b"17"))


async def it_offers_one_whole_release(made: Centre, told: bool) -> None:
    async with made.open() as county:
        held = county.node.relay.editions.release
        assert held is not None
        assert held.version in ({2} if told else {1, 2})
        await county.node.county.catalogue.publish(CATALOGUE.replace(b"16", b"18"))
        _, release = county.node.relay.editions.versions()
        assert release == held.version + 1


# quarantine


async def with_quarantine(root: Path) -> Centre:
    made = await centre(root)
    made.wires.append(made.village.submit(form={}))
    async with made.open() as county:
        await made.bring(county)
    return made


async def prune(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        clock = FakeClock()
        clock.jump_wall(ms=SystemClock().now_ms() - clock.now_ms() + KEPT_DAYS * 86_400_000 + 1000)
        keeping = county.node.county.housekeeping
        with mock.patch.object(keeping, "_clock", clock), mains.armed():
            await keeping.tidy()
            await county.node.relay.store.checkpoint()


async def cases_are_untouched(made: Centre, told: bool) -> None:
    async with made.open() as county:
        assert len(await county.cases()) == 2
        with closing(sqlite3.connect(made.place.data / "county.db")) as database:
            (left,) = database.execute("SELECT count(*) FROM quarantine").fetchone()
        assert left in ({0} if told else {0, 1})


# backup and restore


async def back_up(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            made.made = await made.place.back_up(county)


async def safe_is_backed_up(made: Centre, told: bool) -> None:
    """Whatever is told SAFE is in a file that restores, blobs and all."""
    async with made.open() as county:
        safe = set(await county.safe(made.village))
        assert safe or not told
        if safe:
            made.place.unpack(made.place.files()[-1])
        again = await made.place.back_up(county)
        assert sorted(await county.safe(made.village)) == sorted(map(envelope_id, made.wires))
        made.place.unpack(again.file)
        left = {path.name for path in made.place.backups.iterdir()} - {".lock", "blobs"}
        assert left == {file.name for file in made.place.files()}


async def backed_up(root: Path) -> Centre:
    made = await _SAFE.copy_to(root)
    assert made.made is not None
    made.made = replace(made.made, file=made.place.backups / made.made.file.name)
    return made


async def restore(made: Centre, mains: Mains) -> None:
    assert made.made is not None
    with (
        mock.patch.object(leading, "upgrade", migrated_already),
        mock.patch.object(restoring, "migrate", migrated_already),
        mains.armed(),
    ):
        await made.place.restore(made.made)


async def it_is_there_whole_or_not(made: Centre, told: bool) -> None:
    assert made.made is not None
    restored = made.place.restored
    assert restored.exists() or not told
    if not restored.exists():
        with (
            mock.patch.object(leading, "upgrade", migrated_already),
            mock.patch.object(restoring, "migrate", migrated_already),
        ):
            await made.place.restore(made.made)
    async with made.open(restored) as county:
        await made.all_are_cases_once(county)
        for blob, _ in (made.scan.announced,):
            assert (
                b"".join(county.node.relay.queue.files.pieces(BlobRef(made.village.node, blob)))
                == made.scan.ciphertext
            )
    left = {path.name for path in made.place.folder.iterdir()}
    recovery = beside(made.place.data).name
    assert left == {made.place.data.name, made.place.backups.name, restored.name, recovery}


# the beginning


async def nothing(root: Path) -> Path:
    root.mkdir()
    return root / "county"


async def found(data: Path, mains: Mains) -> None:
    with mains.armed():
        begin(data)


def begin(data: Path) -> None:
    found_county(
        data,
        code="451423",
        name="龙州县",
        url="https://127.0.0.1:8440",
        database="sqlite+aiosqlite:///" + str(data / "elsewhere.db"),
        clock=SystemClock(),
        randomness=SystemRandomness(),
    )


async def it_is_founded_once(data: Path, told: bool) -> None:
    assert has_identity(data) or not told
    before = load_identity(data).root if has_identity(data) else None
    if before is None:
        begin(data)
    assert "elsewhere" in (data / "county.toml").read_text("utf-8")
    identity = load_identity(data)
    assert before in (None, identity.root)
    async with app.open_county(data, ServerConfig.load(data / "county.toml")) as node:
        assert node.authority.root_public == identity.root
    shutil.rmtree(data)


ACTIONS = [
    Action("county: intake", centre, take_in, they_are_cases_once),
    Action("county: decision", with_cases, decide, it_is_decided_or_open),
    Action("county: release", centre, publish, it_offers_one_whole_release),
    Action("county: prune", with_quarantine, prune, cases_are_untouched),
    Action("county: backup", with_cases, back_up, safe_is_backed_up),
    Action("county: restore", backed_up, restore, it_is_there_whole_or_not),
    Action("county: founding", nothing, found, it_is_founded_once),
]
