"""The county as one object: what its command line, and later its console, may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from central.county.backup.safety import Safety
from central.county.casework.completion import Completion
from central.county.casework.numbering import Numbering
from central.county.casework.register import CaseRegister
from central.county.casework.sealing import Sealer
from central.county.casework.service import Casework
from central.county.catalogue.service import Catalogue
from central.county.intake.answers import Answers
from central.county.intake.housekeeping import Housekeeping
from central.county.intake.inquiries import Inquiries
from central.county.intake.notices import NoticeBoard
from central.county.intake.reading import Reader
from central.county.intake.service import Intake
from central.county.nodes.alarms import Silence
from central.county.nodes.service import Directory, NodeWatch, NoDirectory
from central.county.renewing import Registrar, Renewing, Rosters
from central.county.review.service import Review
from central.county.review.tray import Tray
from central.county.review.welcome import Welcome
from central.county.setback import SetBack
from central.county.supervision.service import Supervision
from central.relay.life import instance_of
from central.relay.service import Relay
from protocol.ids import NodeId
from protocol.keys import PublicKeys
from protocol.ports import Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The capabilities of one county."""

    intake: Intake
    casework: Casework
    catalogue: Catalogue
    supervision: Supervision
    housekeeping: Housekeeping
    safety: Safety
    set_back: SetBack
    rosters: Rosters
    nodes: NodeWatch
    review: Review
    welcome: Welcome

    @classmethod
    def build(
        cls,
        relay: Relay,
        keys_of: Callable[[NodeId], PublicKeys | None],
        registrar: Registrar,
        randomness: Randomness,
        *,
        directory: Directory | None = None,
        silence: Silence | None = None,
    ) -> Self:
        """The capabilities on top of ``relay``.

        Args:
            keys_of: knows the keys of every node.
            registrar: gives nodes new ones.
            directory: knows whom to call.
            silence: how long nodes may be silent.
        """
        identity, post = relay.identity, relay.post_office(keys_of)
        keys, clock, store = identity.keys, relay.clock, relay.store
        answers = Answers(outgoing=post, signer=keys.signer, node=relay.node, instance=instance_of)
        notices = NoticeBoard(
            answers=answers, nodes=relay.editions, node=relay.node, signer=keys.signer
        )
        numbering = Numbering(code=identity.code, instance=instance_of)
        casework = Casework(
            store=store,
            outgoing=post,
            blobs=relay.files,
            sealer=Sealer(blobs=relay.files, randomness=randomness),
            nodes=relay.editions,
            clock=clock,
        )
        rosters = Rosters(registrar=registrar, nodes=relay.editions, publish=relay.publish)
        renewing = Renewing(
            registrar=registrar, nodes=relay.editions, outgoing=post, rosters=rosters
        )
        catalogue = Catalogue(store=store, releases=relay.editions, signer=keys.signer, clock=clock)
        intake = Intake(
            reader=Reader(
                store=store,
                releases=relay.editions,
                opening=keys.opening,
                rules=lambda: relay.editions.roster.rules,
            ),
            register=CaseRegister(numbering),
            completion=Completion(relay.files),
            answers=answers,
            inquiries=Inquiries(answers=answers, decisions=casework.tell_again),
            notices=notices,
            renewing=renewing,
            tray=Tray(relay.editions),
            clock=clock,
        )
        return cls(
            intake=intake,
            casework=casework,
            review=Review(store=store, intake=intake, nodes=relay.editions, clock=clock),
            welcome=Welcome(store=store, nodes=relay.editions, casework=casework, clock=clock),
            rosters=rosters,
            nodes=NodeWatch(
                node=relay.node,
                store=store,
                nodes=relay.editions,
                directory=directory or NoDirectory(),
                clock=clock,
                silence=silence or Silence(),
            ),
            catalogue=catalogue,
            supervision=Supervision(store=store, nodes=relay.editions),
            housekeeping=Housekeeping(store=store, notices=notices, clock=clock),
            safety=Safety(store=store, answers=answers, clock=clock),
            set_back=SetBack(
                answers=answers,
                files=relay.files,
                catalogue=catalogue,
                registrar=registrar,
                rosters=rosters,
                clock=clock,
                randomness=randomness,
                begun=relay.end_exchanges,
            ),
        )
