"""Making a folder for training from a station's catalogue.

The folder is a station of a county that never was: root, county and registrar keys are made here
and forgotten before this returns. So what is sealed there is sealed to nobody, no node has it on
its roster, and its roster names nobody to call, even if somebody takes the mark out of it.

Source: docs/operations.md, "Training"; docs/security.md, "Training".
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from protocol.codec import pack
from protocol.envelope.keys import (
    Context,
    NodeKeys,
    PublicKeys,
    SoftwareSigner,
    new_signer,
    sign_record,
)
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.errors import AlreadyJoinedError, CatalogueMissingError
from protocol.errors.training import TrainingError
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Edition, Kind, changes, make_head, sign_head
from protocol.trust.roster import Delegation, Role, RosterEntry, RosterProof, State, entry_bytes
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.disk.files import private_folder
from runtime.node.identity import (
    FirstRoster,
    Identity,
    has_identity,
    pending_secrets,
    save_identity,
)
from station_agent.store import editions
from station_agent.store.db import Database
from station_agent.store.vault import make_vault
from station_agent.training.calls import TRAIN, MakeTraining, TrainingMade

_NODE_BYTES = 8
_PENDING, _DATABASE = "node.new", "station.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFolders:
    """Makes them for one station."""

    identity: Identity
    database: Database
    clock: Clock
    randomness: Randomness

    async def make(self, _: Actor, wanted: MakeTraining, __: Report = silent) -> TrainingMade:
        """Make a folder for training.

        Raises:
            TrainingError: this station is for training itself.
            AlreadyJoinedError: the folder belongs to a node.
            CatalogueMissingError: no catalogue has come yet.
            DiskFullError, StoreError: there may be a part of it; make it again.
        """
        if self.identity.training:
            raise TrainingError
        if has_identity(wanted.folder):
            raise AlreadyJoinedError(str(wanted.folder))
        release = await self.database.read(editions.load_release)
        if release is None:
            raise CatalogueMissingError
        await asyncio.to_thread(private_folder, wanted.folder)
        await _keep_catalogue(wanted.folder, release)
        await asyncio.to_thread(self._save_identity, wanted.folder)  # last: it counts from then on
        return TrainingMade(folder=wanted.folder, release=release.version)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(TRAIN, self.make))

    def _save_identity(self, folder: Path) -> None:
        secrets = pending_secrets(folder, self.randomness)
        station, county, root = self._new_node(), self._new_node(), new_signer(self.randomness)
        roster = self._roster(station, county, secrets.node_keys().signer.public_bytes(), root)
        make_vault(folder / _PENDING, None, self.randomness)  # no county has a slot of it
        nobody = {"node": county, "url": ""}
        facts: dict[str, object] = {
            "node": station,
            "role": Role.STATION.value,
            "code": self.identity.code,
            "name": f"{self.identity.name}（练习）",
            "county_name": f"{self.identity.county_name}（练习）",
            "root": root.public_bytes().hex(),
            "ca": "",
            "county": nobody,
            "parent": nobody,
            "training": True,
        }
        save_identity(folder, facts, b"", roster)

    def _roster(
        self, station: NodeId, county: NodeId, signing: bytes, root: SoftwareSigner
    ) -> FirstRoster:
        """Two nodes, of which one has keys that nobody holds."""
        registrar, now_ms = new_signer(self.randomness), self.clock.now_ms()
        rows = {
            county: (Role.COUNTY, NodeId(""), self._forgotten()),
            station: (Role.STATION, county, PublicKeys(signing=signing)),
        }
        entries = {
            str(node): entry_bytes(
                RosterEntry(
                    role=role,
                    state=State.ACTIVE,
                    code=self.identity.code,
                    name=self.identity.name,
                    parent=parent,
                    url="",
                    keys=keys,
                )
            )
            for node, (role, parent, keys) in rows.items()
        }
        head = make_head(Kind.ROSTER, 1, entries, now_ms)
        delegation = Delegation(number=1, registrar=registrar.public_bytes(), created_ms=now_ms)
        proof = RosterProof(
            delegation=sign_record(root, Context.REGISTRAR, delegation),
            head=sign_head(registrar, head),
        )
        return FirstRoster(proof=pack(proof), changes=changes({}, entries))

    def _forgotten(self) -> PublicKeys:
        """Public keys whose other half is gone when this returns."""
        return NodeKeys(
            signer=new_signer(self.randomness),
            opening={suite: new_opening_key(suite, self.randomness) for suite in _SUITES},
        ).public()

    def _new_node(self) -> NodeId:
        return NodeId(self.randomness.token(_NODE_BYTES).hex())


_SUITES = (SuiteNumber.XWING, SuiteNumber.X25519)


async def _keep_catalogue(folder: Path, release: Edition) -> None:
    database = await Database.open(folder / _DATABASE)
    try:
        await database.write(lambda tx: editions.keep(tx, Kind.RELEASE, release))
    finally:
        await database.close()
