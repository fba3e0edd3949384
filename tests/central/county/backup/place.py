"""A county in a data folder of its own, as its administrator has it, and the backups of it."""

import hashlib
import itertools
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.app import open_county
from central.county.backup.archive import BLOBS, DATABASE, Facts, unpack_archive
from central.county.backup.calls import Made
from central.county.backup.sealed import Opener, opened
from central.county.control.node import CountyNode
from central.county.keys.founding import found_county
from central.county.recovery.restoring import AHEAD, Order, Restored, restore_county
from central.relay.store.models import SpoolRow
from central.server.config import ServerConfig
from central.store.base import Base
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Receipt, ReceiptLine, ReceiptState, open_statement
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.json_values import to_json
from protocol.ports import Clock
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from provisioning.escrow.recovery import RecoveryKey, beside, read_recovery
from runtime.cli.command import silent
from runtime.control.owner import Report
from runtime.system import SystemClock, SystemRandomness
from tests.builders.chance import SeededRandomness
from tests.central.county.village import CATALOGUE, Scan, Village
from tests.provisioning.scene import Machine, make_secrets


def envelope_id(wire: bytes) -> bytes:
    """The id of an envelope by its bytes."""
    return read_envelope(wire).id


@dataclass(kw_only=True)
class OpenCounty:
    """An open county, and what a test asks of it."""

    node: CountyNode
    randomness: SeededRandomness
    exchanges: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def village(self) -> Village:
        """One more station, on the roster from now on."""
        invitation = self.node.authority.add(
            role=Role.STATION, code="451423103201", name="独山村", parent=None
        )
        machine = Machine(kit=read_kit(invitation.kit), secrets=make_secrets(self.randomness))
        parcel, _ = machine.parcel(invitation.code)
        await self.node.admit(parcel)
        return Village(
            node=machine.node,
            secrets=machine.secrets,
            county=self.node.relay.node,
            county_keys=self.node.relay.identity.keys,
            randomness=self.randomness,
        )

    async def bring(self, *arrivals: bytes | Scan) -> None:
        """These arrive, committed together, and are not refused."""
        items: list[Item] = []
        for one in arrivals:
            items += one.parts if isinstance(one, Scan) else [EnvelopeItem(wire=one)]
        refused = await self.offer(items)
        assert refused == []

    async def offer(self, items: list[Item]) -> list[tuple[int, str]]:
        bringers = [item.ref.origin for item in items if isinstance(item, Part)]
        exchange_store = self.node.exchanges.store_for((bringers or [self.node.relay.node])[0])
        exchange = next(self.exchanges).to_bytes(8, "big")
        return list(await exchange_store.store(exchange, len(items), items))

    async def receipts(self, village: Village) -> list[ReceiptLine]:
        """Every line that the county has posted to ``village``, in the order of posting."""

        async def work(session: AsyncSession) -> list[bytes]:
            query = select(SpoolRow.wire).where(SpoolRow.destination == village.node)
            wires = await session.scalars(query.order_by(SpoolRow.position))
            return [wire for wire in wires if wire is not None]

        wires = await self.node.relay.store.transact(work)
        payloads = [village.open(read_envelope(wire)) for wire in wires]
        public = self.node.relay.identity.keys.signer.public_bytes()
        found = [open_statement(public, one) for one in payloads if isinstance(one, Receipt)]
        return [line for statement in found for line in statement.lines]

    async def safe(self, village: Village) -> list[bytes]:
        """Envelopes that were told SAFE, as often as they were."""
        lines = await self.receipts(village)
        return [line.envelope for line in lines if line.state is ReceiptState.SAFE]

    async def cases(self) -> dict[str, dict[str, Any]]:
        """All cases, by application."""
        page = await self.node.county.casework.page(
            after="", limit=1000, followed_by=self.node.county.followed.view.of_cases
        )
        return {one["application"]: one for one in (to_json(view.shown()) for view in page)}

    async def count(self, table: type[Base]) -> int:
        async def work(session: AsyncSession) -> int:
            return (await session.scalar(select(func.count()).select_from(table))) or 0

        return await self.node.relay.store.transact(work)


@dataclass(kw_only=True)
class Place:
    """The folder of a county, the folder of its backups, and where it is restored to."""

    folder: Path
    database: str = ""
    blobs: str = ""
    blob_credentials: str = ""

    def __post_init__(self) -> None:
        self.data, self.backups = self.folder / "county", self.folder / "backups"
        self.restored = self.folder / "restored"
        self.randomness = SeededRandomness()

    def found(self) -> None:
        found_county(
            self.data,
            code="451423",
            name="龙州县",
            url="https://127.0.0.1:8440",
            database=self.database,
            blobs=self.blobs,
            blob_credentials=self.blob_credentials,
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )

    @asynccontextmanager
    async def open(self, data: Path | None = None) -> AsyncIterator[OpenCounty]:
        """The county, with the first release published."""
        folder = data or self.data
        if not folder.exists():
            self.found()
        config = ServerConfig.load(folder / "county.toml")
        async with open_county(folder, config) as node:
            county = OpenCounty(node=node, randomness=self.randomness)
            if node.relay.editions.release is None:
                await node.county.catalogue.publish(CATALOGUE)
            yield county

    async def back_up(self, county: OpenCounty, report: Report = silent) -> Made:
        return await county.node.backup.make(self.backups, report)

    async def restore(
        self, made: Made, report: Report = silent, clock: Clock | None = None, **changed: Any
    ) -> Restored:
        facts = {
            "file": made.file,
            "opener": Opener(keys=[self.key()]),
            "blobs": self.backups / "blobs",
            "data": self.restored,
            "ahead": AHEAD,
        }
        order = Order(**{**facts, **changed})
        return await restore_county(order, report, SystemRandomness(), clock or SystemClock())

    def key(self) -> RecoveryKey:
        """What opens the backups."""
        return read_recovery(beside(self.data).read_bytes())

    def files(self) -> list[Path]:
        """The backups that exist."""
        return sorted(self.backups.glob("county-*.backup"))

    def unpack(self, file: Path) -> "Contents":
        """What is in a backup; an assertion fails if its parts do not belong together."""
        folder = self.folder / f"unpacked-{file.stem}"
        folder.mkdir()
        with opened(file, Opener(keys=[self.key()])) as plain:
            facts = unpack_archive(plain, folder, lambda _: None)
        blobs = set((folder / BLOBS).read_text().split())
        for name in blobs:
            origin, _, digest = name.partition("/")
            data = (self.backups / "blobs" / origin / digest[:2] / digest).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            contents = Contents(folder=folder, facts=facts, blobs=blobs)
            contents.read(database)
        return contents


@dataclass(kw_only=True)
class Contents:
    """A backup as files again, and its database as sets of ids."""

    folder: Path
    facts: Facts
    blobs: set[str]
    cases: set[bytes] = field(default_factory=set)  # applications
    complete: set[bytes] = field(default_factory=set)  # envelopes whose application is complete

    def read(self, database: sqlite3.Connection) -> None:
        """Read the copy, and require that it is of one moment."""
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        cases = database.execute(
            "SELECT c.application, c.complete_ms, c.envelope_id,"
            " (SELECT count(*) FROM received r WHERE r.origin = c.station"
            "  AND r.envelope_id = c.envelope_id AND r.application = c.application)"
            " FROM county_case c"
        ).fetchall()
        self.cases = {application for application, *_ in cases}
        assert all(brought == 1 for *_, brought in cases)
        received = database.execute(
            "SELECT r.envelope_id, c.complete_ms FROM received r LEFT JOIN county_case c"
            " ON c.station = r.origin AND c.application = r.application"
            " WHERE r.verdict IN ('case', 'duplicate')"
        ).fetchall()
        self.complete = {envelope for envelope, at_ms in received if at_ms is not None}
        whole = {envelope for _, at_ms, envelope, _ in cases if at_ms is not None}
        for envelope, origin, blob, state in database.execute(
            "SELECT envelope_id, origin, blob_id, state FROM attachment"
        ).fetchall():
            assert (state == "whole") == (f"{origin}/{blob.hex()}" in self.blobs)
            assert state == "whole" or envelope not in whole
        (last,) = database.execute(
            "SELECT coalesce(max(value), 0) FROM county_counter WHERE name = ?",
            (f"receipt {self.facts.instance}",),
        ).fetchone()
        assert last == self.facts.receipts
