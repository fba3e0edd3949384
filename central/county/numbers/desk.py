"""Blocks of numbers in transactions of their own: what a person or a new roster asks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.numbers import queries
from central.county.numbers.calls import (
    BlockShown,
    IssueBlocks,
    Issued,
    NumberStatus,
    Office,
    Refused,
    Stray,
    VoidedNumbers,
)
from central.county.numbers.issuing import Wish
from central.county.numbers.models import BlockRow, StrayRow
from central.county.numbers.service import NumberBlocks
from central.county.numbers.sums import Sum, sums
from central.store.engine import Store
from protocol.errors import UsageError, YizhanError
from protocol.errors.numbers import NumbersError
from protocol.ids import NONCE_BYTES, NodeId
from protocol.limits import MAX_BLOCK_NUMBERS
from protocol.numbers.block import Run
from protocol.numbers.number import NumberKind
from protocol.trust.roster import Role, RosterEntry, State
from protocol.trust.schedule import local_time
from runtime.cli.command import silent
from runtime.control.done import Done
from runtime.control.owner import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All blocks in sum, and what came beside them."""

    sums: Sequence[Sum]
    strays: Sequence[Stray]  # the newest of them
    strays_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberDesk:
    """Issues, shows and voids blocks of one county."""

    store: Store
    blocks: NumberBlocks
    hold: Callable[[AsyncSession], Awaitable[None]]  # nothing arrives meanwhile
    looked: list[int] = field(default_factory=list)  # the version of the roster that was

    def checked(self, wanted: IssueBlocks) -> IssueBlocks:
        """The same with its year and its size. Raises UsageError: no such year or size."""
        year, count = wanted.year or self.year, wanted.count or self.usual
        if not self.year <= year <= self.year + 1:
            raise UsageError(f"只能发 {self.year} 年或 {self.year + 1} 年的号段")
        if not 0 < count <= MAX_BLOCK_NUMBERS:
            raise UsageError(f"一个号段 1 至 {MAX_BLOCK_NUMBERS} 个号码")
        return replace(wanted, year=year, count=count)

    @property
    def year(self) -> int:
        """This one."""
        return local_time(self.blocks.issuing.clock.now_ms()).year

    @property
    def usual(self) -> int:
        """Numbers in a block, as the policy says."""
        return self.blocks.issuing.rules().block

    async def issue(self, wanted: IssueBlocks, report: Report = silent) -> Issued:
        """One block for each; of several, those that may have none are named with the reason.

        Args:
            report: is told how many of them have been looked at.

        Raises:
            UsageError: no such year or size.
            NumberStationError, NumberChargingError, NumberSeriesError: the one station gets none.
        """
        wanted = self.checked(wanted)
        year, count = wanted.year, wanted.count
        issued: list[BlockShown] = []
        refused: list[Refused] = []
        nodes = wanted.nodes or self._stations(wanted.kind)
        for done, node in enumerate(map(NodeId, nodes)):
            report(Done(done, len(nodes)))
            wish = partial(self._issue, node=node, kind=wanted.kind, year=year, count=count)
            try:
                issued.append(await self.store.transact(wish))
            except NumbersError as exc:
                if len(wanted.nodes) == 1:
                    raise
                refused.append(Refused(station=node, code=exc.code, words=str(exc)))
        return Issued(issued=issued, refused=refused)

    def offices(self) -> list[Office]:
        """Everybody who may have blocks, by division code."""
        entries = self._nodes
        found = [
            Office(
                node=node,
                name=entries[NodeId(node)].name,
                code=entries[NodeId(node)].code,
                charges=self._charges(NodeId(node)),
            )
            for node in self._stations(NumberKind.CASE)
        ]
        return sorted(found, key=lambda one: (one.code, one.node))

    def _charges(self, node: NodeId) -> bool:
        try:
            self.blocks.issuing.check(node, NumberKind.TICKET)
        except YizhanError:
            return False
        return True

    async def status(self, station: str = "") -> NumberStatus:
        """Every block, or those of one station, and what came beside them."""

        async def work(session: AsyncSession) -> NumberStatus:
            blocks = await self._shown(session, await queries.blocks(session, station))
            strays = await queries.strays(session, station)
            return NumberStatus(blocks=blocks, strays=[_stray(one) for one in strays])

        return await self.store.transact(work)

    async def overview(self, strays: int) -> Overview:
        """Sums of every block, and the newest ``strays`` of what came beside them."""
        names = {str(node): entry.name for node, entry in self._nodes.items()}

        async def work(session: AsyncSession) -> Overview:
            newest = await queries.strays(session, most=strays)
            return Overview(
                sums=await sums(session, names),
                strays=[_stray(one) for one in newest],
                strays_count=await queries.strays_count(session),
            )

        return await self.store.transact(work)

    async def void(self, block: str, reason: str) -> BlockShown:
        """Void what is left of a block.

        Raises:
            UsageError, NumberBlockError, NumberWrongError: no block, or no reason.
        """
        try:
            name = bytes.fromhex(block)
        except ValueError:
            name = b""
        if len(name) != NONCE_BYTES:
            raise UsageError(f"号段编码是 {2 * NONCE_BYTES} 位十六进制：{block[:50]}")

        async def work(session: AsyncSession) -> BlockShown:
            await self.hold(session)
            row = await self.blocks.void(session, name, reason)
            return (await self._shown(session, [row]))[0]

        return await self.store.transact(work)

    async def look(self) -> None:
        """A roster is in force; one that was looked at before has nothing new."""
        version = self.blocks.issuing.nodes.roster.version
        if self.looked != [version] and await self.store.transact(queries.any_block):
            await self.store.transact(self._look)
        self.looked[:] = [version]

    async def _look(self, session: AsyncSession) -> None:
        await self.hold(session)
        await self.blocks.look(session)

    async def _issue(
        self, session: AsyncSession, *, node: NodeId, kind: NumberKind, year: int, count: int
    ) -> BlockShown:
        await self.hold(session)
        start = await self.blocks.newest_start(session, node)
        wish = Wish(kind=kind, year=year, count=count, start=start)
        row = await self.blocks.issuing.issue(session, node, wish)
        return (await self._shown(session, [row]))[0]

    def _stations(self, kind: NumberKind) -> Sequence[str]:
        issuing = self.blocks.issuing
        return [
            node
            for node, entry in sorted(issuing.nodes.roster.nodes.items())
            if entry.role is Role.STATION
            and entry.state is State.ACTIVE
            and (kind is NumberKind.CASE or node in issuing.rules().charging)
        ]

    @property
    def _nodes(self) -> Mapping[NodeId, RosterEntry]:
        return self.blocks.issuing.nodes.roster.nodes

    async def _shown(self, session: AsyncSession, rows: Sequence[BlockRow]) -> list[BlockShown]:
        runs = await queries.runs_of(session, rows)
        return [self._one(row, runs[row.station, row.block]) for row in rows]

    def _one(self, row: BlockRow, runs: Sequence[Run]) -> BlockShown:
        entry = self._nodes.get(NodeId(row.station))
        return BlockShown(
            block=row.block.hex(),
            station=row.station,
            name=entry.name if entry else "",
            kind=row.kind,
            issuer=row.issuer,
            year=row.year,
            first=row.first,
            last=row.last,
            issued=row.issued,
            used=row.used,
            arrived=row.arrived,
            twice=row.twice,
            voided=row.voided,
            remaining=row.remaining,
            closed=row.closed_why,
            issued_ms=row.issued_ms,
            voids=[VoidedNumbers(first=r.first, last=r.last, reason=r.reason) for r in runs],
        )


def _stray(row: StrayRow) -> Stray:
    return Stray(station=row.station, number=row.number, why=row.why, arrived_ms=row.arrived_ms)
