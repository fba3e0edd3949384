"""What a county knows of what follows applications, each part made once."""

from dataclasses import dataclass
from typing import Self

from central.county.casework.cases import Cases
from central.county.casework.files.received import CaseFiles
from central.county.followups.circulars import CircularService
from central.county.followups.custody import Custody
from central.county.followups.erasure import FollowUpErasure
from central.county.followups.letters import LetterService
from central.county.followups.register import FollowUpRegister
from central.county.followups.shown import FollowUpView
from central.county.ports.relay import Blobs, Nodes, Outgoing
from central.store.engine import Store
from protocol.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedRoom:
    """Of one county."""

    register: FollowUpRegister
    custody: Custody
    letters: LetterService
    circulars: CircularService
    erasure: FollowUpErasure
    view: FollowUpView

    @classmethod
    def build(
        cls,
        *,
        store: Store,
        outgoing: Outgoing,
        nodes: Nodes,
        blobs: Blobs,
        cases: Cases,
        clock: Clock,
    ) -> Self:
        """All of it."""
        files = CaseFiles()
        view = FollowUpView(files)
        return cls(
            register=FollowUpRegister(cases=cases, files=files),
            custody=Custody(cases, files),
            letters=LetterService(
                store=store,
                outgoing=outgoing,
                nodes=nodes,
                blobs=blobs,
                cases=cases,
                view=view,
                clock=clock,
            ),
            circulars=CircularService(store=store, outgoing=outgoing, nodes=nodes, clock=clock),
            erasure=FollowUpErasure(files=files, clock=clock),
            view=view,
        )
