"""The nodes of a campaign: real programs on real folders, that can be closed, cut and replaced."""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

from central.county.backup.restore import begin_new_instance
from central.county.casework.cases import Cases
from central.county.county import County
from central.county.keys.renewing import Registrar
from central.relay.exchange.exchanges import UNASSIGNED, Exchanges
from central.relay.instance.service import begin_anew, whole_blobs
from central.relay.queue.blobs import BlobFiles
from central.relay.service import Relay
from central.relay.stick.service import RelayStick
from central.store.engine import Store
from protocol.envelope.keys import PublicKeys
from protocol.exchange.store import ExchangeStore
from protocol.ids import NONCE_BYTES, Instance, NodeId
from protocol.ports import Randomness
from protocol.trust.roster import Role, Roster
from runtime.node.identity import Identity, load_identity
from station_agent.app import Station
from station_agent.opening import open_station
from station_agent.stick.service import StickService
from tests.builders.virtual_time import LoopClock
from tests.campaign.judging.truth import Disk
from tests.campaign.power import Grid, Power, log_bytes, log_path


class NodeClock(LoopClock):
    """The clock of one machine, which somebody may set."""

    def jump(self, ms: int) -> None:
        self._start_ms += ms

    def set(self, now_ms: int) -> None:
        self._start_ms += now_ms - self.now_ms()


class Machine:
    """A folder with a node in it; subclasses open the programs."""

    database_name: str

    def __init__(self, name: str, data: Path, *, randomness: Randomness, grid: Grid) -> None:
        self.name, self.data = name, data
        self.randomness, self.grid = randomness, grid
        self.clock = NodeClock()
        self.power = Power(self.database)
        self._batch = AsyncExitStack()
        self._disk: Disk | None = None

    @property
    def database(self) -> Path:
        return self.data / self.database_name

    @property
    def disk(self) -> Disk:
        """What is committed on its disk."""
        if self._disk is None:
            self._disk = Disk(self.database, self.data / "blobs")
        return self._disk

    @property
    def identity(self) -> Identity:
        """Who it is, and its keys."""
        raise NotImplementedError

    @property
    def roster(self) -> Roster:
        """The one that it goes by."""
        raise NotImplementedError

    @property
    def stick(self) -> StickService | RelayStick:
        """Its way of packing sticks and taking them in."""
        raise NotImplementedError

    async def open(self) -> None:
        """Switch it on."""
        self.power = Power(self.database, synced_bytes=log_bytes(self.database))
        self.grid.connect(self.power)
        await self._start()

    async def close(self) -> None:
        """Switch it off in order."""
        self._let_go_of_disk()
        await self._batch.aclose()
        self._batch = AsyncExitStack()

    async def cut(self) -> None:
        """The power goes: what was not synced is lost, and nothing ends in order."""
        deferred = self.data.with_name(self.data.name + "-cut")
        self.copy_to(deferred, synced_only=True)
        self.power.restore()  # only so that what is left in memory can be torn down
        await self.close()
        self.put_back(deferred)
        shutil.rmtree(deferred)

    def copy_to(self, target: Path, *, synced_only: bool = False) -> None:
        """A copy of the folder as it is on disk now; between two actions nothing is half done."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.data, target, ignore=shutil.ignore_patterns("*-shm", "ballast"))
        log = log_path(target / self.database_name)
        if synced_only and log.exists():
            with log.open("r+b") as file:
                file.truncate(self.power.synced_bytes)

    def put_back(self, source: Path) -> None:
        """Make the folder what ``source`` is. Only while it is closed."""
        shutil.rmtree(self.data)
        shutil.copytree(source, self.data)

    async def _start(self) -> None:
        raise NotImplementedError

    def _let_go_of_disk(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None


class Registering(Registrar, Protocol):
    """The authority, as far as a county asks it."""

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        """The keys of a node that has joined, sealing keys included."""
        ...


class Server(Machine):
    """A hub or a county centre."""

    def __init__(
        self,
        role: Role,
        data: Path,
        *,
        randomness: Randomness,
        grid: Grid,
        registry: Registering,
    ) -> None:
        self.role, self._registry = role, registry
        self.database_name = f"{role.value}.db"
        super().__init__(data.name, data, randomness=randomness, grid=grid)
        self._relay: Relay | None = None
        self._county: County | None = None
        self._exchanges: Exchanges | None = None

    @property
    def exchanges(self) -> Exchanges:
        if self._exchanges is None:
            raise RuntimeError(f"{self.name} is off")
        return self._exchanges

    @property
    def relay(self) -> Relay:
        if self._relay is None:
            raise RuntimeError(f"{self.name} is off")
        return self._relay

    @property
    def county(self) -> County:
        if self._county is None:
            raise RuntimeError(f"{self.name} is no county, or off")
        return self._county

    @property
    def node(self) -> NodeId:
        return self.relay.node

    def exchange_store_for(self, peer: NodeId) -> ExchangeStore:
        return self.exchanges.store_for(peer)

    @property
    def identity(self) -> Identity:
        return self.relay.identity

    @property
    def roster(self) -> Roster:
        return self.relay.editions.roster

    @property
    def stick(self) -> RelayStick:
        return RelayStick(self.exchanges)

    async def begin_anew(self) -> None:
        """As our tools do at a restore: from the next start on this database is another life."""
        whole = await self.relay.store.transact(whole_blobs)
        lost = [blob for blob in whole if not self.relay.queue.files.has(blob)]
        if self.role is Role.COUNTY:
            await begin_new_instance(self.relay.store, Cases(), frozenset(lost), self.randomness)
            return
        instance = Instance(self.randomness.token(NONCE_BYTES))
        await self.relay.store.transact(lambda session: begin_anew(session, instance, lost))

    async def _start(self) -> None:
        """As central.hub.app and central.county.app compose them; the schema is there already."""
        identity = load_identity(self.data)
        store = await self._batch.enter_async_context(Store(f"sqlite+aiosqlite:///{self.database}"))
        self._relay = await Relay.open(
            identity=identity,
            store=store,
            files=BlobFiles(self.data / "blobs"),
            clock=self.clock,
            randomness=self.randomness,
            first_roster=identity.roster(),
        )
        if self.role is Role.COUNTY:
            self._county = County.build(
                self._relay, self._registry.keys_of, self._registry, self.randomness
            )
        role = self._county.role if self._county else UNASSIGNED
        self._exchanges = Exchanges(self._relay, role)


class Pc(Machine):
    """A village PC. Two of them may be copies of one another."""

    database_name = "station.db"

    def __init__(
        self, name: str, node: NodeId, data: Path, *, randomness: Randomness, grid: Grid
    ) -> None:
        self.node = node
        super().__init__(name, data, randomness=randomness, grid=grid)
        self._station: Station | None = None

    @property
    def station(self) -> Station:
        if self._station is None:
            raise RuntimeError(f"{self.name} is off")
        return self._station

    def exchange_store_for(self, peer: NodeId) -> ExchangeStore:
        return self.station.exchanges.stores(peer)

    @property
    def identity(self) -> Identity:
        return self.station.renewal.identity

    @property
    def roster(self) -> Roster:
        return self.station.renewal.held.roster

    @property
    def stick(self) -> StickService:
        return self.station.stick

    async def _start(self) -> None:
        self._station = await self._batch.enter_async_context(
            open_station(self.data, clock=self.clock, randomness=self.randomness)
        )
