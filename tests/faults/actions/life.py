"""What a county writes when a station is withdrawn, and when a lost PC gets a successor."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import SpoolRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Decision, Outcome, Payload, Rejection
from protocol.errors import ReviewUnknownError, UnopenableError
from protocol.exchange.messages import EnvelopeItem
from protocol.json_values import to_json
from protocol.trust.kit import read_kit
from protocol.trust.roster import State
from provisioning.invitation import Invitation
from provisioning.lifecycle import changes
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty, envelope_id
from tests.central.county.village import Village
from tests.faults.action import Action
from tests.faults.actions.county import Centre, centre, first_case, with_cases
from tests.provisioning.scene import Machine, make_secrets

# the review queue


async def withdrawn(root: Path) -> Centre:
    """The county withdraws the village; what the village has sealed is on its way."""
    made = await centre(root)
    node = made.village.node
    made.village.incarnation = read_envelope(made.wires[-1]).incarnation  # the copy goes on
    async with made.open() as county:
        county.node.authority.change(node, lambda roster: changes.draining(roster, node, 2))
        await county.node.publish_roster()
    made.wires.append(made.village.submit())  # beyond the counter
    return made


async def review(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        with mains.armed():
            await made.bring(county)
            await judge(made, county)


async def judge(made: Centre, county: OpenCounty) -> None:
    """Accept the first, reject the second, unless somebody has."""
    review_queue = county.node.county.review
    for wire, accepts in zip(made.wires, (True, False), strict=False):
        try:
            if accepts:
                await review_queue.accept(envelope_id(wire))
            else:
                await review_queue.reject(envelope_id(wire), "否")
        except ReviewUnknownError:
            continue


async def each_is_judged_once(made: Centre, told: bool) -> None:
    async with made.open() as county:
        for _ in range(2):  # a part may be refused because one before it was lost
            await county.offer(
                [*(EnvelopeItem(wire=wire) for wire in made.wires), *made.scan.parts]
            )
        assert not told or not await county.node.county.review.page(after=("", b""), limit=9)
        await judge(made, county)
        cases = await county.cases()
        assert list(cases) == [made.village.applications[0].hex()]
        assert {one["state"] for one in cases.values()} == {"complete"}
        mail = await mail_of(county, made.village)
        rejected = [(one.envelope, one.code) for one in mail if isinstance(one, Rejection)]
        assert sorted(rejected) == sorted(
            [
                (envelope_id(made.wires[1]), "review.rejected"),
                (envelope_id(made.wires[2]), "node.beyond-counter"),
            ]
        )
        (account,) = [
            to_json(one.line()) for one in await county.node.county.reconciliation.ledger()
        ]
        assert (account["minted"], account["received"], account["quarantined"]) == (3, 1, 2)
        assert (account["review"], account["missing"], account["forks"]) == (0, [], 0)


async def mail_of(county: OpenCounty, village: Village) -> list[Payload]:
    """What this very PC can open of what the county has posted."""

    async def work(session: AsyncSession) -> list[bytes]:
        query = select(SpoolRow.wire).where(SpoolRow.destination == village.node)
        return [wire for wire in await session.scalars(query) if wire is not None]

    found: list[Payload] = []
    for wire in await county.node.relay.store.transact(work):
        try:
            found.append(village.open(read_envelope(wire)))
        except UnopenableError:
            continue
    return found


# a successor


@dataclass
class Succession:
    """A village whose PC is lost, with one case decided."""

    made: Centre
    invitation: Invitation | None = None  # None: its code was never told
    machine: Machine | None = None

    async def replace(self, county: OpenCounty) -> None:
        authority, node = county.node.authority, self.made.village.node
        if not authority.roster().nodes[node].drained:
            self.invitation = authority.invitations.replace(
                node, lambda roster: changes.replaced(roster, node, None)
            )
            self.machine = None
        elif self.invitation is None:
            self.invitation = authority.invitations.invite_again(node)
        await county.node.publish_roster()

    async def join(self, county: OpenCounty) -> Village:
        assert self.invitation is not None
        if self.machine is None:
            secrets = make_secrets(self.made.village.randomness)
            self.machine = Machine(kit=read_kit(self.invitation.kit), secrets=secrets)
        parcel, _ = self.machine.parcel(self.invitation.code)
        await county.node.admit(parcel)
        return Village(
            node=self.machine.node,
            secrets=self.machine.secrets,
            county=county.node.relay.node,
            county_keys=county.node.relay.identity.keys,
            randomness=self.made.village.randomness,
        )


async def lost(root: Path) -> Succession:
    made = await with_cases(root)
    async with made.open() as county:
        await county.node.county.flows.decide(
            await first_case(county), outcome=Outcome.APPROVED, note="准予"
        )
    return Succession(made)


async def succeed(place: Succession, mains: Mains) -> None:
    async with place.made.open() as county:
        with mains.armed():
            await place.replace(county)
            await place.join(county)


async def it_works_and_hears_each_decision_once(place: Succession, told: bool) -> None:
    async with place.made.open() as county:
        entry = county.node.authority.roster().nodes[place.made.village.node]
        assert entry.state is State.ACTIVE or not told
        await place.replace(county)
        new = await place.join(county)
        await county.node.publish_roster()
        heard = [one for one in await mail_of(county, new) if isinstance(one, Decision)]
        assert [one.note for one in heard] == ["准予"]
        await county.bring(new.submit(), place.made.village.submit())
        assert len(await county.cases()) == len(place.made.wires) + 1
        (waiting,) = await county.node.county.review.page(after=("", b""), limit=9)
        assert waiting.shown().why == "replaced"


ACTIONS = [
    Action("county: review", withdrawn, review, each_is_judged_once),
    Action("county: succession", lost, succeed, it_works_and_hears_each_decision_once),
]
