"""A county that files: closed cases with papers, documents and a decision, and its packages."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from central.county.archive import calls
from central.county.archive.operations import ArchiveOperations
from central.county.archive.ports import FilingRules
from central.county.casework.erasure import Erasure
from central.county.control.archiving import archive_of, beside_of
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.casework.events.closing import Rated
from protocol.envelope.payloads import Outcome
from protocol.records.followups import Rating, Supplement
from provisioning.audit.record import AuditRecord
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.village import Village

OWNER = Actor.at_command_line("管理员")
NAME, PAPER, NOTE = "样福丽", b"\x89PNG a scan of a card", "符合条件，准予参保"
DAY_MS = 86_400_000
PLACE = "县档案馆"


@dataclass(kw_only=True)
class Filing:
    """An open county, and who files for it."""

    centre: Centre
    operations: ArchiveOperations
    erasure: Erasure
    rules: list[FilingRules] = field(default_factory=lambda: [FilingRules()])
    believed: list[bool] = field(default_factory=lambda: [True])

    @classmethod
    def of(cls, centre: Centre) -> "Filing":
        authority = centre.ground.nodes.scene.authority
        record = AuditRecord(authority.audit)
        erased: list[tuple[str, str, str]] = []
        erasure = Erasure(
            store=centre.relay.store,
            clock=centre.relay.clock,
            note=lambda *said: erased.append(said),
            beside=beside_of(centre.relay, centre.county),
        )
        rules, believed = [FilingRules()], [True]
        operations = archive_of(
            *(centre.relay, centre.county, authority, erasure, record),
            rules=lambda: rules[-1],
            believed=lambda: believed[-1],
        )
        return cls(
            centre=centre, operations=operations, erasure=erasure, rules=rules, believed=believed
        )

    async def closed(self, village: Village | None = None, *, name: str = NAME) -> str:
        """Number of a case that went all the way: papers, a supplement, a decision, delivered."""
        centre, village = self.centre, village or await self.centre.village()
        scan = village.scan(PAPER, name=f"{name}的身份证.png")
        await centre.bring(village.submit(scan, form={"name": name, "age": 61}), scan)
        case = str((await centre.cases())[-1]["case"])
        more = village.scan(b"a photo", material="photo", name="照片.jpg")
        said = village.follow_up(Supplement(words="补一张照片"), more)
        await centre.bring(said, more)
        await centre.county.flows.decide(case, outcome=Outcome.APPROVED, note=NOTE)
        await self.act(case, "deliver", way="window", person=name)
        await centre.bring(village.follow_up(Rating(level=5, words="很快")))
        return case

    async def act(self, case: str, action: str, **fields: str) -> None:
        wanted = Wanted(action=action, fields=fields)
        await self.centre.county.flows.act(case, wanted, By(name="李主任"))

    async def rated_badly(self, case: str) -> None:
        """Somebody comes back and says that it went badly."""
        log, clock = self.centre.county.flows.log, self.centre.clock
        life = await self.centre.county.flows.life(case)
        body = Rated(level=1, note="跑了三趟")
        await self.centre.relay.store.transact(
            lambda session: log.append(session, life, [body], By(), clock.now_ms())
        )

    async def made(self, *cases: str) -> calls.Made:
        return await self.operations.make(OWNER, calls.MakePackages(cases=cases))

    async def exported(self, folder: Path, *cases: str) -> list[Path]:
        wanted = calls.ExportPackages(folder=folder, cases=cases)
        return [one.path for one in (await self.operations.export(OWNER, wanted)).written]

    async def moved(self, *files: Path) -> calls.Moved:
        digests = [hashlib.sha256(one.read_bytes()).hexdigest() for one in files]
        return await self.operations.moved(OWNER, calls.ConfirmMoved(place=PLACE, digests=digests))

    async def filed(self, folder: Path) -> tuple[str, Path]:
        """A case, and its package where it was moved to."""
        case = await self.closed()
        await self.made(case)
        (file,) = await self.exported(folder, case)
        await self.moved(file)
        return case, file

    def later(self, days: int) -> None:
        """So many days go by."""
        self.centre.clock.jump_wall(ms=days * DAY_MS)
