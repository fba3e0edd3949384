"""What the capabilities of a county stand on, and how each is made of that."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.safety import Safety
from central.county.casework.answers.sealing import Sealer
from central.county.casework.arrival.completion import Completion
from central.county.casework.arrival.numbering import Numbering
from central.county.casework.arrival.register import CaseRegister
from central.county.casework.cases import Cases
from central.county.casework.finding.index import CaseIndex
from central.county.casework.room import CaseRoom
from central.county.casework.service import Casework
from central.county.catalogue.drafts.service import Drafts
from central.county.catalogue.drafts.under_way import Counting
from central.county.catalogue.rules import Publishing
from central.county.catalogue.service import Catalogue
from central.county.counters.lives import life_of
from central.county.desks.service import Desks
from central.county.documents.due import note_due
from central.county.flows.arrivals import CaseArrivals
from central.county.flows.room import FlowRoom
from central.county.flows.service import Flows
from central.county.followups.room import FollowedRoom
from central.county.intake.allowance import Allowances
from central.county.intake.answers import Answers
from central.county.intake.arrivals import Arrivals
from central.county.intake.housekeeping import Housekeeping
from central.county.intake.inquiries import Inquiries
from central.county.intake.notices import NoticeBoard
from central.county.intake.opening import CaseOpening
from central.county.intake.reading import Reader
from central.county.intake.requests import Requests
from central.county.intake.service import Intake
from central.county.intake.settling import Settling
from central.county.keys.renewing import Registrar, Renewing, Rosters
from central.county.nodes.alarms import Silence
from central.county.nodes.service import Directory, NodeWatch
from central.county.numbers.issuing import Issuing
from central.county.numbers.ports import Rules
from central.county.numbers.service import NumberBlocks
from central.county.offices.service import Offices, words_of
from central.county.offices.words import OfficeWords
from central.county.ports.relay import Outgoing
from central.county.reconciliation.service import Reconciliation
from central.county.recovery.rollback import RollbackDetector
from central.county.recovery.telling_again import TellingAgain
from central.county.review.handover import SuccessorHandover
from central.county.review.queue import ReviewQueue
from central.county.review.service import Review
from central.county.supervision.ports import Charges
from central.relay.instance.service import instance_of
from central.relay.service import Relay
from protocol.ports import Randomness
from runtime.record import DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the capabilities of a county stand on."""

    relay: Relay
    registrar: Registrar
    randomness: Randomness
    outgoing: Outgoing
    answers: Answers
    arrivals: Arrivals
    cases: Cases
    followed: FollowedRoom
    rosters: Rosters
    allowances: Allowances
    office_words: OfficeWords

    @classmethod
    def on(
        cls, relay: Relay, post: Outgoing, registrar: Registrar, randomness: Randomness
    ) -> "Ground":
        """The ground that ``relay`` gives."""
        signer, cases = relay.identity.keys.signer, Cases()
        return cls(
            relay=relay,
            registrar=registrar,
            randomness=randomness,
            outgoing=post,
            answers=Answers(outgoing=post, signer=signer, node=relay.node, instance=instance_of),
            arrivals=Arrivals(),
            cases=cases,
            followed=FollowedRoom.build(
                store=relay.store,
                outgoing=post,
                nodes=relay.editions,
                blobs=relay.queue.files,
                cases=cases,
                clock=relay.clock,
            ),
            rosters=Rosters(registrar=registrar, nodes=relay.editions, publish=relay.publish),
            allowances=Allowances(relay.clock),
            office_words=words_of(relay),
        )

    def catalogue(self, rules: Publishing, believed: Callable[[], bool]) -> Catalogue:
        """Who publishes releases."""
        return Catalogue(
            store=self.relay.store,
            releases=self.relay.editions,
            signer=self.relay.identity.keys.signer,
            clock=self.relay.clock,
            rules=rules,
            believed=believed,
        )

    def life(
        self,
        casework: Casework,
        catalogue: Catalogue,
        reader: Reader,
        charges: Charges,
        believed: Callable[[], bool],
    ) -> FlowRoom:
        """Who moves cases, and watches them."""
        return FlowRoom.build(
            self.relay,
            casework=casework,
            cases=self.cases,
            item_of=reader.item,
            catalogue=catalogue,
            charges=charges,
            believed=believed,
            happened=note_due,
            reclaimed=self.office_words.reclaimed,
        )

    def drafts(self, catalogue: Catalogue, rules: Publishing) -> Drafts:
        """Who prepares releases."""
        store, clock = self.relay.store, self.relay.clock
        counting = Counting(store=store, cases=self.cases)
        return Drafts(store=store, catalogue=catalogue, clock=clock, rules=rules, counting=counting)

    def casework(self) -> Casework:
        """Who decides."""
        relay = self.relay
        return Casework(
            store=relay.store,
            node=relay.node,
            outgoing=self.outgoing,
            sealer=self.sealer(),
            nodes=relay.editions,
            clock=relay.clock,
        )

    def sealer(self) -> Sealer:
        """Who seals files."""
        relay = self.relay
        return Sealer(node=relay.node, blobs=relay.queue.files, randomness=self.randomness)

    def case_room(self, intake: Intake) -> CaseRoom:
        """Who shows cases."""
        return CaseRoom.build(
            store=self.relay.store,
            nodes=self.relay.editions,
            blobs=self.relay.queue.files,
            item_of=intake.item,
            followed_by=self.followed.view.of_cases,
            found=self.followed.view.found,
            carried_by=self.arrivals.carried,
            index=CaseIndex.of(self.relay.identity.keys.signer, intake.item),
        )

    def notices(self) -> NoticeBoard:
        """Where words about stuck items go."""
        relay = self.relay
        return NoticeBoard(
            answers=self.answers,
            nodes=relay.editions,
            node=relay.node,
            signer=relay.identity.keys.signer,
        )

    def blocks(self, rules: Callable[[], Rules]) -> NumberBlocks:
        """Who issues blocks of numbers."""
        relay = self.relay

        async def life(session: AsyncSession) -> str:
            return life_of(await instance_of(session))

        issuing = Issuing(
            code=relay.identity.code,
            nodes=relay.editions,
            outgoing=self.outgoing,
            life=life,
            forks=self.reconciliation().forks,
            rules=rules,
            clock=relay.clock,
            randomness=self.randomness,
        )
        return NumberBlocks(
            issuing=issuing,
            allowed=self.allowances.numbers,
            left=self.arrivals.left_behind,
            newest=self.arrivals.newest_start,
            note=partial(self.registrar.audit.add, actor="", outcome=DONE),
        )

    def desks(self, directory: Directory) -> Desks:
        """Who releases desks."""
        relay = self.relay
        return Desks(
            store=relay.store,
            nodes=relay.editions,
            outgoing=self.outgoing,
            opening=relay.identity.keys.opening,
            contacts=directory.contacts,
            clock=relay.clock,
        )

    def reader(self) -> Reader:
        """Who opens envelopes, and knows items."""
        relay = self.relay
        return Reader(
            store=relay.store,
            releases=relay.editions,
            opening=relay.identity.keys.opening,
            rules=lambda: relay.editions.roster.rules,
        )

    def intake(
        self,
        *,
        reader: Reader,
        casework: Casework,
        flows: Flows,
        notices: NoticeBoard,
        blocks: NumberBlocks,
        desks: Desks,
        offices: Offices,
    ) -> Intake:
        """Who takes what arrives."""
        relay = self.relay
        return Intake(
            reader=reader,
            opening=CaseOpening(
                register=CaseRegister(
                    Numbering(code=relay.identity.code, instance=instance_of),
                    CaseIndex.of(relay.identity.keys.signer, reader.item),
                ),
                blocks=blocks,
                cases=self.cases,
                life=CaseArrivals(
                    flows=flows,
                    casework=casework,
                    followed_by=self.followed.view.of_cases,
                    heard=offices.news.came,
                ),
            ),
            settling=Settling(
                completion=Completion(relay.queue.files),
                follow_ups=self.followed.register,
                answers=self.answers,
            ),
            follow_ups=self.followed.register,
            requests=self._requests(casework, notices, blocks, desks, offices),
            nodes=relay.editions,
            review_queue=ReviewQueue(
                nodes=relay.editions, arrivals=self.arrivals, cases=self.cases
            ),
            heard=relay.health.heard,
            clock=relay.clock,
        )

    def _requests(
        self,
        casework: Casework,
        notices: NoticeBoard,
        blocks: NumberBlocks,
        desks: Desks,
        offices: Offices,
    ) -> Requests:
        return Requests(
            inquiries=Inquiries(
                answers=self.answers,
                custody=self.followed.custody,
                results=(casework.tell_again, self.followed.letters.tell_again),
                beside=self.followed.circulars.tell_again,
                allowances=self.allowances,
            ),
            renewing=Renewing(
                registrar=self.registrar,
                nodes=self.relay.editions,
                outgoing=self.outgoing,
                rosters=self.rosters,
                allowed=self.allowances.renew,
            ),
            notices=notices,
            blocks=blocks,
            desks=desks,
            offices=offices,
        )

    def review(self, intake: Intake) -> Review:
        """The review queue for people."""
        relay = self.relay
        return Review(
            store=relay.store,
            intake=intake,
            arrivals=self.arrivals,
            cases=self.cases,
            nodes=relay.editions,
            blobs=relay.queue.files,
            clock=relay.clock,
        )

    def handover(self, casework: Casework) -> SuccessorHandover:
        """Who tells successors of lost PCs what was decided."""
        relay = self.relay
        return SuccessorHandover(
            store=relay.store,
            nodes=relay.editions,
            cases=self.cases,
            casework=casework,
            beside=(
                casework.tell_open_anew,
                self.followed.letters.tell_anew,
                self.followed.circulars.tell_anew,
            ),
            clock=relay.clock,
        )

    def reconciliation(self) -> Reconciliation:
        """Who counts what each station sealed against what came."""
        relay = self.relay
        return Reconciliation(
            store=relay.store, nodes=relay.editions, arrivals=self.arrivals, cases=self.cases
        )

    def safety(self) -> Safety:
        """Who tells what is in a backup."""
        relay = self.relay
        return Safety(
            store=relay.store,
            answers=self.answers,
            arrivals=self.arrivals,
            cases=self.cases,
            custody=self.followed.custody,
            clock=relay.clock,
        )

    def nodes(
        self, directory: Directory, silence: Silence, believed: Callable[[], bool]
    ) -> NodeWatch:
        """Who sees how nodes are doing."""
        relay = self.relay
        return NodeWatch(
            node=relay.node,
            arrivals=self.arrivals,
            store=relay.store,
            nodes=relay.editions,
            directory=directory,
            clock=relay.clock,
            silence=silence,
            believed=believed,
        )

    def housekeeping(
        self, notices: NoticeBoard, believed: Callable[[], bool], kept_days: Callable[[], int]
    ) -> Housekeeping:
        """Who lets go of what was kept long enough, while the date is believed."""
        return Housekeeping(
            store=self.relay.store,
            notices=notices,
            cases=self.cases,
            custody=self.followed.custody,
            clock=self.relay.clock,
            believed=believed,
            kept_days=kept_days,
        )

    def rollback_detector(self, catalogue: Catalogue) -> RollbackDetector:
        """Who notices that an old copy of the county runs."""
        relay = self.relay
        return RollbackDetector(
            telling_again=TellingAgain(
                answers=self.answers,
                arrivals=self.arrivals,
                custody=self.followed.custody,
                clock=relay.clock,
            ),
            answers=self.answers,
            cases=self.cases,
            files=relay.queue.files,
            catalogue=catalogue,
            registrar=self.registrar,
            rosters=self.rosters,
            times=relay.times,
            randomness=self.randomness,
            begun=relay.end_exchanges,
        )
