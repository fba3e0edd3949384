"""A county to which all stations return at once, as after a power cut.

``python -m bench.herd [STATIONS]``: real TLS clients on loopback, each with one application,
against the real program; at most a tenth of them may be inside at a time. Measured is whether all
get through, how the pauses that the county asks for are spread, and what memory it takes. The
clients run in this process, and take processor time from the county's: that is said beside its own.
"""

# ruff: noqa: ARG002 - the methods of a port have its arguments

import asyncio
import json
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.process import cpu_s, peak_rss_mb, rss_mb
from bench.records import CATALOGUE, make_records
from bench.report import Row, Say
from bench.workplace import working_folder
from examples.sandbox import Sandbox
from protocol.envelope.envelope import VERSION, Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.payloads import Application, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import BusyError, YizhanError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EnvelopeItem, Hello, Item, Offer, Want
from protocol.exchange.meter import Meter
from protocol.exchange.pace.backoff import Backoff
from protocol.exchange.store import NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.ids import NodeId
from protocol.trust.budget import Plan
from protocol.trust.certificate import certificate_pem, key_pem, tls_request
from protocol.trust.enrolment import (
    JoinRequest,
    check_answer,
    code_key,
    join_parcel,
    read_answer,
    read_parcel,
)
from protocol.trust.kit import read_kit
from protocol.trust.roster import Role
from provisioning.authority import FOLDER, Authority
from runtime.line.client import ParentClient
from runtime.line.tls import client_context
from runtime.node.identity import Identity, Secrets, load_identity
from runtime.system import SystemClock, SystemRandomness

STATIONS = 1000
SHARE = 10  # one in so many may be inside
_AT_ONCE_S = 1.0  # in which all of them return
_GIVE_UP_S = 240.0  # then what was seen so far is printed
_MAX_S, _MAX_MS_EACH = 30.0, 20.0
_CLOCK, _RANDOM = SystemClock(), SystemRandomness()


def unlimited() -> Meter:
    """Nothing is limited."""
    return Meter(plan=Plan, clock=_CLOCK, time_ms=_CLOCK.now_ms)


class Errand:
    """One envelope that waits for the county, in memory (protocol.exchange.store.ExchangeStore)."""

    def __init__(self, wire: bytes) -> None:
        self._wire, self._instance = wire, _RANDOM.token(8)
        self.wakeup, self.meter = asyncio.Event(), unlimited()
        self.done = False
        self.came = 0  # items of the county

    async def keep_spent(self) -> None:
        """Nothing is limited."""

    async def greeting(self) -> Greeting:
        """Careful, as after a power cut."""
        return Greeting(
            instance=self._instance,
            seen=None,
            roster=2**50,
            release=2**50,
            county=b"",
            careful=True,
        )

    async def meet(self, hello: Hello) -> int:
        """Ask first."""
        return 512

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """The one envelope."""
        lane = Lane.APPLICATIONS
        if self.done or after.get(lane, 1) > 0:
            return {}
        key = read_envelope(self._wire).id
        size = len(self._wire)
        return {lane: [Waiting(key=key, lane=lane, origin="", size=size, position=1)]}

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """Its bytes."""
        return [EnvelopeItem(wire=self._wire) for _ in waiting]

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """Nothing to note."""

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        """The county has it."""
        self.done = self.done or any(code is None for _, code in acks)

    async def holds(self, offer: Offer) -> Want:
        """Nothing."""
        return Want()

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Count them."""
        self.came += len(items)
        return ()

    async def parted(self, *, clean: bool) -> None:
        """Nothing to note."""


@dataclass(slots=True, kw_only=True)
class Station:
    """One that returns."""

    context: ssl.SSLContext
    errand: Errand
    tries: int = 0
    pauses: list[int] = field(default_factory=list)  # that the county asked for, seconds
    faults: Counter[str] = field(default_factory=Counter)
    through_s: float = 0.0

    async def come_back(self, county: Identity, key: bytes) -> None:
        """Call until the envelope is there, as a station's loop would."""
        backoff = Backoff(_RANDOM)
        started_s = _CLOCK.ticks_s()
        await _CLOCK.sleep(_RANDOM.uniform(0.0, _AT_ONCE_S))
        client = ParentClient(
            url=county.county.url,
            parent=county.node,
            context=self.context,
            clock=_CLOCK,
            randomness=_RANDOM,
            signing_key=lambda: key,
        )
        async with client:
            while not self.errand.done:
                self.tries += 1
                try:
                    await client.exchange(self.errand)
                except YizhanError as exc:
                    self.faults[exc.code] += 1
                    if isinstance(exc, BusyError):
                        self.pauses.append(int(exc.retry_after_s))
                    await _CLOCK.sleep(backoff.failed(exc.retry_after_s))
        self.through_s = _CLOCK.ticks_s() - started_s


def enrol(data: Path, count: int, records: Sequence[Mapping[str, Any]]) -> list[Station]:
    """So many stations, straight through the authority of a county that does not run."""
    county = load_identity(data)
    authority = Authority.open(data / FOLDER, clock=_CLOCK, randomness=_RANDOM)
    try:
        return [_enrol_one(authority, county, data.parent, records[n], n) for n in range(count)]
    finally:
        authority.close()


def _enrol_one(
    authority: Authority, county: Identity, folder: Path, record: Mapping[str, Any], number: int
) -> Station:
    code = f"451423{number // 1000 + 100:03}{number % 1000:03}"
    added = authority.add(role=Role.STATION, code=code, name=f"第{number}村站", parent=None, url="")
    kit = read_kit(added.kit)
    secrets = Secrets(
        signing=_RANDOM.token(32),
        xwing=_RANDOM.token(96),
        x25519=_RANDOM.token(32),
        tls=_RANDOM.token(32),
    )
    keys, proof_key = secrets.node_keys(), code_key(added.code, NodeId(kit.node))
    request = JoinRequest(
        node=kit.node,
        root=kit.root,
        keys=keys.public(),
        tls_request=tls_request(NodeId(kit.node), secrets.tls),
    )
    parcel, digest = join_parcel(request, keys, proof_key, kit.county_keys, kit.ticket)
    answer = authority.admit(read_parcel(parcel), county.keys.opening[SuiteNumber.XWING])
    admission, proof = read_answer(answer)
    check_answer(proof_key, digest, proof)
    certificate, key = folder / "herd.crt", folder / "herd.key"
    certificate.write_bytes(certificate_pem(admission.certificate))
    key.write_bytes(key_pem(secrets.tls))
    payload = Application(
        application=_RANDOM.token(16),
        item=record["item"],
        release=1,
        form=json.dumps(record["form"], ensure_ascii=False),
    )
    public = county.keys.opening[SuiteNumber.X25519].public_bytes()
    header = Header(
        version=VERSION,
        suite=SuiteNumber.X25519,
        origin=bytes.fromhex(kit.node),
        incarnation=_RANDOM.token(8),
        seq=1,
        to=bytes.fromhex(county.node),
        lane=Lane.APPLICATIONS,
        created=(_CLOCK.now_ms(), None),
        key=key_name(public),
    )
    wire = seal_envelope(payload_bytes(payload), header, public, keys.signer).wire
    context = client_context((county.ca,), certificate, key)
    return Station(context=context, errand=Errand(wire))


async def run_herd(folder: Path, count: int) -> dict[str, Any]:
    """Let ``count`` stations return at once; what was seen."""
    async with Sandbox(folder=folder) as box:
        county = await box.county("451423", "龙州县")
        stations = await asyncio.to_thread(enrol, county.data, count, make_records(count))
        limit = max(2, count // SHARE)
        (county.data / "county.toml").write_text(f"max_exchanges = {limit}\n", "utf-8")
        await box.start(county)
        await box.run("yizhan-county", "publish", county.data, CATALOGUE)
        idle_mb, identity = rss_mb(county), load_identity(county.data)
        before_s, own_before_s = cpu_s(county), time.process_time()
        key = identity.keys.signer.public_bytes()
        coming = [asyncio.create_task(one.come_back(identity, key)) for one in stations]
        _, late = await asyncio.wait(coming, timeout=_GIVE_UP_S)
        for task in late:
            task.cancel()
        for end in await asyncio.gather(*coming, return_exceptions=True):
            if isinstance(end, Exception):
                raise end
        took_s, own_s = cpu_s(county) - before_s, time.process_time() - own_before_s
        ledger = await box.ask(county, "ledger", "--json")
        seen = {"idle_mb": idle_mb, "peak_mb": peak_rss_mb(county), "cpu_s": took_s}
        seen["cpu_ms_each"] = round(1000 * took_s / count, 1)
        seen["stations_cpu_ms_each"] = round(1000 * own_s / count, 1)
    return seen | summary(stations) | {"received": sum(one["received"] for one in ledger)}


def summary(stations: Sequence[Station]) -> dict[str, Any]:
    """What became of them."""
    pauses = [pause for station in stations for pause in station.pauses]
    faults: Counter[str] = sum((station.faults for station in stations), Counter())
    return {
        "stations": len(stations),
        "through": sum(station.errand.done for station in stations),
        "tries": sum(station.tries for station in stations),
        "faults": dict(faults),
        "last_through_s": round(max(station.through_s for station in stations), 1),
        "pauses_s": {
            f"{start}-{start + 29}": sum(start <= pause < start + 30 for pause in pauses)
            for start in range(0, 121, 30)
        },
    }


async def measure(say: Say) -> list[Row]:
    """All of them, beside the budgets."""
    with working_folder() as folder:
        say(f"{STATIONS} stations return at once")
        seen = await run_herd(folder, STATIONS)
    return rows(seen)


def rows(seen: Mapping[str, Any]) -> list[Row]:
    """What :func:`run_herd` saw; if not all got through, the time of the last holds nothing."""
    head = f"{seen['stations']:,} stations at once"
    lost = seen["stations"] - seen["through"]
    return [
        Row(name=f"{head}: not through", ours=lost, unit="stations", limit=0),
        Row(name=f"{head}: last through", ours=seen["last_through_s"], unit="s", limit=_MAX_S),
        Row(
            name=f"{head}: processor of the county, each",
            ours=seen["cpu_ms_each"],
            unit="ms",
            limit=_MAX_MS_EACH,
        ),
        Row(
            name=f"{head}: processor of the measure for them, each",
            ours=seen["stations_cpu_ms_each"],
            unit="ms",
        ),
        Row(name=f"{head}: memory, peak", ours=seen["peak_mb"], unit="MB"),
    ]


def main() -> None:
    """Print what was seen as JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(run_herd(Path(folder), count)), indent=1))


if __name__ == "__main__":
    main()
