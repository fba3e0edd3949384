"""The documents of a county, each part made once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from central.county.casework.about import CasesAbout
from central.county.casework.answers.documents import DocumentService
from central.county.casework.room import CaseRoom
from central.county.documents.erasure import DocumentErasure
from central.county.documents.issuer import Issuers
from central.county.documents.issuing import DocumentIssuing
from central.county.documents.making import Counting, Making
from central.county.documents.orders import DocumentOrders
from central.county.documents.seal import HttpsSeal, SealPort
from central.county.documents.telling import DocumentTelling
from central.county.documents.watch import TellingWatch
from central.county.flows.service import Flows
from central.relay.service import Relay


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSettings:
    """What ``county.toml`` says of documents."""

    font: Path | None = None  # None: the program's own
    seal: SealPort | None = None  # None: documents wait for a stamp

    @classmethod
    def read(cls, *, font: str, seal_url: str, seal_token: str, seal_ca: str) -> Self:
        """From its keys, empty where one is not given; raises UsageError."""
        token, authority = (Path(one) if one else None for one in (seal_token, seal_ca))
        seal = HttpsSeal(seal_url, token=token, ca=authority) if seal_url else None
        return cls(font=Path(font) if font else None, seal=seal)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRoom:
    """Of one county."""

    making: Making
    telling: DocumentTelling
    orders: DocumentOrders
    issuing: DocumentIssuing
    watch: TellingWatch
    erasure: DocumentErasure

    @classmethod
    def build(
        cls,
        relay: Relay,
        *,
        documents: DocumentService,
        cases: CaseRoom,
        counting: Counting,
        settings: DocumentSettings,
        flows: Flows,
    ) -> Self:
        """All of it, on a relay."""
        store, clock, nodes = relay.store, relay.clock, relay.editions
        about = CasesAbout(item_of=cases.item_of)
        making = Making(
            store=store,
            about=about,
            documents=documents,
            counting=counting,
            clock=clock,
            font=settings.font,
            seal=settings.seal,
        )
        telling = DocumentTelling(
            store=store, about=about, reading=cases.reading, counting=counting, clock=clock
        )

        issuers = Issuers(nodes=nodes, county=relay.node)
        return cls(
            making=making,
            telling=telling,
            issuing=DocumentIssuing(
                store=store, making=making, flows=flows, clock=clock, issuers=issuers
            ),
            orders=DocumentOrders(
                store=store,
                about=about,
                making=making,
                telling=telling,
                reading=cases.reading,
                clock=clock,
                issuers=issuers,
                flows=flows,
            ),
            watch=TellingWatch(
                store=store, followed_by=cases.followed_by, counting=counting, clock=clock
            ),
            erasure=DocumentErasure(),
        )
