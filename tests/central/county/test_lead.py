"""One process leads, the others ask it: on one PostgreSQL, with their folders apart."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert

from central.county.app import open_county
from central.county.control.node import CountyNode
from central.county.lead import answering, asking, lease
from central.county.lead.answering import Answering
from central.county.lead.lease import Lease, leader
from central.county.lead.models import AskedRow
from central.county.lead.serving import guarded
from central.county.processes.attaching import attach
from central.county.processes.leading import leading_of
from central.county.processes.worker import WorkerNode, open_worker
from central.server.config import ServerConfig
from protocol.envelope.payloads import ReceiptState
from protocol.errors import (
    AlreadyJoinedError,
    CaseUnknownError,
    LeadAwayError,
    LeadElsewhereError,
    LeadHereError,
    OwnerStoppedError,
    UsageError,
)
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from runtime.cli.command import silent
from tests.builders.disks.postgres import PostgresServer
from tests.central.county.backup.place import OpenCounty, Place
from tests.provisioning.scene import Machine, make_secrets


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long, against each other, as they are."""
    for name, seconds in (("BEAT_S", 0.1), ("HOLD_S", 0.4), ("LEASE_S", 0.6), ("_LOOK_S", 0.05)):
        monkeypatch.setattr(lease, name, seconds)
    monkeypatch.setattr(asking, "BEGIN_S", 0.6)
    monkeypatch.setattr(answering, "_DRAIN_S", 0.2)


@pytest.fixture
def place(tmp_path: Path, postgres: PostgresServer) -> Place:
    return Place(folder=tmp_path, database=postgres.empty_database())


@dataclass(kw_only=True)
class Both:
    """A lead and a worker, at work."""

    lead: CountyNode
    worker: WorkerNode
    at_lead: OpenCounty
    stopped: asyncio.Event
    leading: asyncio.Task[None]

    async def stop_leading(self) -> None:
        self.stopped.set()
        await self.leading


@asynccontextmanager
async def both(place: Place) -> AsyncIterator[Both]:
    async with place.open() as county:
        node, stopped = county.node, asyncio.Event()
        leading = leading_of(node)
        assert leading
        await leading.mirroring.look()
        task = asyncio.create_task(leading.beside(stopped))
        new = place.folder / "worker"
        attach(place.data, new, listen="127.0.0.1:8441")
        try:
            async with open_worker(new, ServerConfig.load(new / "county.toml")) as worker:
                yield Both(lead=node, worker=worker, at_lead=county, stopped=stopped, leading=task)
        finally:
            stopped.set()
            await task


async def catch_up(worker: WorkerNode) -> None:
    """As it does once a second."""
    await worker.look()
    await worker.relay.editions.follow()


def at(one: Both) -> OpenCounty:
    """The worker, for whoever brings something."""
    return OpenCounty(node=one.worker, randomness=one.at_lead.randomness)  # type: ignore[arg-type]


async def test_a_worker_takes_in_what_a_village_sends_and_the_lead_sees_it(place: Place) -> None:
    async with both(place) as county:
        village = await county.at_lead.village()
        await catch_up(county.worker)
        card = village.scan(b"card" * 9000)
        await at(county).bring(village.submit(card))
        await county.at_lead.bring(card)  # its hub called another process meanwhile
        (case,) = (await county.at_lead.cases()).values()
        assert case["state"] == "complete"
        states = [line.state for line in await county.at_lead.receipts(village)]
        assert states == [ReceiptState.RECEIVED, ReceiptState.COMPLETE]


async def test_a_node_joins_at_a_worker_and_the_worker_knows_it(place: Place) -> None:
    async with both(place) as county:
        invitation = county.lead.authority.add(
            role=Role.STATION, code="451423103201", name="独山村", parent=None
        )
        machine = Machine(
            kit=read_kit(invitation.kit), secrets=make_secrets(county.at_lead.randomness)
        )
        parcel, _ = machine.parcel(invitation.code)
        answer = await county.worker.admit(parcel)
        assert answer == await county.lead.admit(parcel)  # the same again
        await catch_up(county.worker)
        assert county.worker.authority.keys_of(machine.node)
        assert county.worker.relay.editions.roster.nodes[machine.node].keys


async def test_a_command_at_a_worker_is_the_leads_answer_and_stands_in_its_record(
    place: Place,
) -> None:
    async with both(place) as county:
        village = await county.at_lead.village()
        await county.at_lead.bring(village.submit())
        (case,) = (await county.at_lead.cases()).values()
        decide = county.worker.asking.operation("county.decide")
        wanted = {"case": case["case"], "outcome": "approved", "note": "准予", "-by": "王主任"}
        assert (await decide(wanted, silent))["case"] == case["case"]
        (case,) = (await county.at_lead.cases()).values()
        assert case["state"] == "decided"
        newest = county.lead.authority.audit.newest(0, 1)[0]
        assert (newest.action, newest.actor) == ("county.decide", "王主任")
        with pytest.raises(CaseUnknownError):
            await decide({**wanted, "case": "none"}, silent)


async def test_what_names_a_file_is_asked_where_the_file_lies(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both(place) as county:
        back_up = county.worker.asking.operation("county.backup")
        await back_up({"to": str(place.backups)}, silent)
        assert len(place.files()) == 1
        monkeypatch.setattr(county.worker.asking, "_host", "another-machine")
        with pytest.raises(LeadHereError, match=str(place.data)):
            await back_up({"to": str(place.backups)}, silent)


async def test_without_a_lead_a_worker_says_so_and_goes_on_taking_in(place: Place) -> None:
    async with both(place) as county:
        village = await county.at_lead.village()
        await catch_up(county.worker)
        await county.stop_leading()
        with pytest.raises(LeadAwayError, match=str(place.data)):
            await county.worker.asking.ask("county.cases", {})
        await at(county).bring(village.submit())
        assert len(await county.at_lead.cases()) == 1
        with pytest.raises(LeadElsewhereError):
            await county.worker.relay.publish(county.lead.authority.roster().edition)


async def test_what_was_begun_by_a_lead_that_stopped_may_have_been_done(place: Place) -> None:
    async with both(place) as county:

        async def never(*_: object) -> None:
            await asyncio.sleep(3600)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Answering, "_do", never)
            asked = asyncio.create_task(county.worker.asking.ask("county.cases", {}))
            await asyncio.sleep(0.5)
        mirroring = county.lead.mirroring
        assert mirroring
        again = Lease(county.lead.relay.store, county.lead.relay.clock, mirroring.lease.holder)
        await again.take()
        with pytest.raises(OwnerStoppedError):
            await asked
        await asyncio.wait_for(mirroring.lease.lost.wait(), 5)
        with pytest.raises(LeadElsewhereError):
            await county.lead.relay.publish(county.lead.authority.roster().edition)


async def test_an_old_copy_of_the_folder_does_not_lead_beside_it(
    place: Place, tmp_path: Path
) -> None:
    async with place.open():
        copy = tmp_path / "copy"
        shutil.copytree(place.data, copy)
        config = ServerConfig.load(copy / "county.toml")
        with pytest.raises(LeadElsewhereError, match=str(place.data)):
            async with open_county(copy, config):
                pass


async def test_a_lead_that_fell_silent_is_followed_once_it_can_not_believe_in_itself(
    place: Place, tmp_path: Path
) -> None:
    async with place.open() as county:
        relay = county.node.relay
        silent_one = Lease(relay.store, relay.clock, "old:/data")
        held = county.node.mirroring
        assert held
        await held.lease.give_back()
        await silent_one.take()
        next_one = Lease(relay.store, relay.clock, "new:/data")
        before = silent_one.holds
        await next_one.take()
        assert (before, silent_one.holds, next_one.holds) == (True, False, True)
        await silent_one.beat()
        assert silent_one.lost.is_set()
        assert (await relay.store.transact(leader)).holder == "new:/data"
        nobody: Any = None
        late = Answering(
            store=relay.store,
            lease=silent_one,
            colleagues=nobody,
            operations={},
            host="old",
            clock=relay.clock,
        )
        asked = {"asked": bytes(16), "body": b"", "asked_ms": 1}
        await relay.store.transact(lambda tx: tx.execute(insert(AskedRow).values(**asked)))
        with pytest.raises(LeadElsewhereError):  # what is asked waits for the one that leads
            await relay.store.transact(partial(late._begin, asked=bytes(16)))


async def test_no_job_runs_while_another_may_lead() -> None:
    done = list[bool]()
    for holds in (True, False):

        async def job(holds: bool = holds) -> None:
            done.append(holds)

        leading: Any = SimpleNamespace(lease=SimpleNamespace(holds=holds))
        _, run = guarded({"clock": (1.0, job)}, leading)["clock"]
        await run()
    assert done == [True]


async def test_of_many_who_want_it_one_leads(place: Place) -> None:
    async with place.open() as county:
        relay, held = county.node.relay, county.node.mirroring
        assert held
        await held.lease.give_back()
        all_of_them = [Lease(relay.store, relay.clock, f"{n}:/data") for n in range(6)]

        async def wants(one: Lease) -> None:
            await one.take()
            await one.keep()

        tasks, seen = [asyncio.create_task(wants(one)) for one in all_of_them], set[int]()
        for _ in range(150):
            await asyncio.sleep(0.01)
            seen.add(sum(one.holds for one in all_of_them))
        assert max(seen) == 1
        epochs = [one.epoch for one in all_of_them if one.epoch]
        assert len(epochs) == len({*epochs})
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_only_a_lead_on_postgresql_gets_other_processes(place: Place, tmp_path: Path) -> None:
    alone = Place(folder=tmp_path / "alone")
    alone.folder.mkdir()
    alone.found()
    with pytest.raises(UsageError):
        attach(alone.data, tmp_path / "new", listen="127.0.0.1:8441")
    place.found()
    with pytest.raises(AlreadyJoinedError):
        attach(place.data, alone.data, listen="127.0.0.1:8441")
    attach(place.data, tmp_path / "new", listen="127.0.0.1:8441")
    with pytest.raises(UsageError):
        attach(tmp_path / "new", tmp_path / "newer", listen="127.0.0.1:8442")
    (tmp_path / "new" / "node" / "left-over").write_text("x")
    attach(place.data, tmp_path / "new", listen="127.0.0.1:8443")
    assert not (tmp_path / "new" / "node" / "left-over").exists()
    config = ServerConfig.load(tmp_path / "new" / "county.toml")
    assert (config.worker, config.listen, config.pages) == (True, "127.0.0.1:8443", "off")
    assert config.blobs == str(place.data / "blobs")
    with pytest.raises(LeadAwayError):
        async with open_worker(tmp_path / "new", config):
            pass
