"""A county in miniature: authority, keys, roster, catalogue, and what it answers to a station."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.catalogue.items.entries import catalogue_entries
from protocol.codec import altered, pack
from protocol.envelope.blob import seal_chunks
from protocol.envelope.envelope import VERSION, Envelope, Header, Lane, seal_envelope
from protocol.envelope.keys import (
    Context,
    NodeKeys,
    PublicKeys,
    Signed,
    key_name,
    new_signer,
    sign_record,
)
from protocol.envelope.payloads import (
    Application,
    Attachment,
    Decision,
    Document,
    FollowUp,
    Notices,
    Outcome,
    Payload,
    ReceiptLine,
    ReceiptState,
    Rejection,
    Statement,
    payload_bytes,
    read_payload,
    sign_statement,
)
from protocol.envelope.suites import SuiteNumber, new_opening_key
from protocol.envelope.vault_county import CountyRecipient
from protocol.exchange.messages import EditionNews
from protocol.ids import BlobId, Instance, NodeId
from protocol.records.corrections import FieldFault
from protocol.trust.budget import Budget
from protocol.trust.certificate import certificate_pem, key_pem, tls_request
from protocol.trust.edition import Edition, Kind, changes, make_head, sign_head
from protocol.trust.reports.notice import Notice, sign_notice
from protocol.trust.roster import Delegation, Role, RosterEntry, RosterProof, State, entry_bytes
from protocol.trust.rules import Rules
from protocol.trust.time_statement import sign_time
from provisioning.x509 import new_tls_authority
from runtime.node.identity import FirstRoster, Secrets
from station_agent.store.vault import make_vault
from tests.builders.chance import SeededRandomness
from tests.builders.clock import START_MS

COUNTY, HUB, STATION = NodeId("c0" * 8), NodeId("b0" * 8), NodeId("5a" * 8)

CATALOGUE: dict[str, Any] = {
    "title": "test",
    "items": [
        {
            "id": "pension",
            "name": "养老保险",
            "materials": [
                {"id": "photo", "name": "照片", "max_bytes": 400_000},
                {"id": "letter", "name": "申请书"},
            ],
            "schema": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 2000}},
                "required": ["name"],
            },
        },
        {
            "id": "permit",
            "name": "建房许可",
            "materials": [{"id": "plan", "name": "图纸", "attach": "required"}],
            "schema": {"type": "object"},
            "fee_rules": [
                {
                    "basis": "样例文号",
                    "collector": "样例单位",
                    "effective_from": "2020-01-01",
                    "form": {"kind": "per_unit", "quantity": "area", "unit": "㎡", "price": "1.3"},
                }
            ],
        },
    ],
}


def _secrets(randomness: SeededRandomness) -> Secrets:
    return Secrets(
        signing=randomness.token(32),
        xwing=new_opening_key(SuiteNumber.XWING, randomness).secret,
        x25519=new_opening_key(SuiteNumber.X25519, randomness).secret,
        tls=randomness.token(32),
    )


@dataclass
class County:
    """The county's side of everything, in memory."""

    randomness: SeededRandomness = field(default_factory=lambda: SeededRandomness(7))
    instance: bytes = b"county-1"
    number: int = 0  # receipts given
    seq: int = 0

    def __post_init__(self) -> None:
        self.root = new_signer(self.randomness)
        self.registrar = new_signer(self.randomness)
        self.secrets = _secrets(self.randomness)
        self.station_secrets = _secrets(self.randomness)
        self.keys: NodeKeys = self.secrets.node_keys()
        self.station_keys: NodeKeys = self.station_secrets.node_keys()
        self.tls = new_tls_authority(self.secrets.tls, COUNTY, self.randomness)
        self.roster = self.make_roster(1)
        self.release = self.make_release(1, CATALOGUE)

    def entries(self, **urls: str) -> dict[NodeId, RosterEntry]:
        """The three nodes of the roster."""
        signing = PublicKeys(signing=self.station_keys.signer.public_bytes())
        rows = {
            COUNTY: (Role.COUNTY, "", self.keys.public()),
            HUB: (Role.HUB, COUNTY, signing),
            STATION: (Role.STATION, HUB, signing),
        }
        return {
            node: RosterEntry(
                role=role,
                state=State.ACTIVE,
                code="451423000000",
                name=role.value,
                parent=parent,
                url=urls.get(role.value, ""),
                keys=keys,
            )
            for node, (role, parent, keys) in rows.items()
        }

    def make_roster(
        self,
        version: int,
        budget: Budget | None = None,
        *,
        rules: Rules | None = None,
        **urls: str,
    ) -> Edition:
        """A roster as the authority would sign it; perhaps with a budget of the station's link."""
        nodes = self.entries(**urls)
        nodes[STATION] = altered(nodes[STATION], budget=budget)
        nodes[COUNTY] = altered(nodes[COUNTY], rules=rules)
        entries = {str(node): entry_bytes(entry) for node, entry in nodes.items()}
        head = make_head(Kind.ROSTER, version, entries, START_MS)
        delegation = Delegation(
            number=1, registrar=self.registrar.public_bytes(), created_ms=START_MS
        )
        proof = RosterProof(
            delegation=sign_record(self.root, Context.REGISTRAR, delegation),
            head=sign_head(self.registrar, head),
        )
        return Edition(head=head, proof=pack(proof), entries=entries)

    def time(self, n: int, at_ms: int) -> bytes:
        """The county's word on the time."""
        return sign_time(self.keys.signer, instance=Instance(self.instance), n=n, at_ms=at_ms)

    def make_release(self, version: int, document: dict[str, Any]) -> Edition:
        """A catalogue release as the county would sign it."""
        entries = catalogue_entries(json.dumps(document).encode())
        head = make_head(Kind.RELEASE, version, entries, START_MS)
        return Edition(head=head, proof=sign_head(self.keys.signer, head), entries=entries)

    def news(self, kind: Kind, edition: Edition, base: Edition | None = None) -> EditionNews:
        """An edition as it travels inline."""
        return EditionNews(
            kind=kind,
            version=edition.version,
            base=base.version if base else 0,
            proof=edition.proof,
            body=changes(base.entries if base else {}, edition.entries),
        )

    def write_station(self, data: Path, *, password: str | None = None, url: str = "") -> None:
        """The data folder of a station that has just joined."""
        folder = data / "node"
        folder.mkdir(parents=True)
        contact = {"node": str(HUB), "url": url}
        facts = {
            "node": STATION,
            "role": "station",
            "code": "451423103201",
            "name": "test",
            "county_name": "test",
            "root": self.root.public_bytes().hex(),
            "ca": self.tls.certificate.hex(),
            "county": {"node": str(COUNTY), "url": ""},
            "parent": contact,
        }
        first = FirstRoster(proof=self.roster.proof, changes=changes({}, self.roster.entries))
        certificate = self.tls.issue(
            tls_request(STATION, self.station_secrets.tls),
            STATION,
            Role.STATION,
            "",
            self.randomness,
        )
        (folder / "tls.pem").write_bytes(certificate_pem(certificate))
        (folder / "tls.key").write_bytes(key_pem(self.station_secrets.tls))
        (folder / "node.json").write_text(json.dumps(facts))
        (folder / "keys.bin").write_bytes(pack(self.station_secrets))
        (folder / "roster.bin").write_bytes(pack(first))
        recipient = CountyRecipient(station=STATION, keys=self.keys.public())
        make_vault(folder, password, self.randomness, recipient)

    def open(self, envelope: Envelope) -> Application:
        """What the station sealed for us."""
        envelope.check(self.station_keys.signer.public_bytes())
        payload = read_payload(envelope.open(self.keys.opening[SuiteNumber(envelope.header.suite)]))
        assert isinstance(payload, Application)
        return payload

    def open_follow_up(self, envelope: Envelope) -> FollowUp:
        """What the station sealed for us after an application."""
        envelope.check(self.station_keys.signer.public_bytes())
        payload = read_payload(envelope.open(self.keys.opening[SuiteNumber(envelope.header.suite)]))
        assert isinstance(payload, FollowUp)
        return payload

    def post(
        self, payload: Payload, lane: Lane = Lane.CONTROL, blobs: tuple[tuple[bytes, int], ...] = ()
    ) -> Envelope:
        """An envelope to the station."""
        return self.post_bytes(payload_bytes(payload), lane, blobs)

    def payload_of(self, envelope: Envelope) -> Payload:
        """What we sealed for the station."""
        key = self.station_keys.opening[SuiteNumber(envelope.header.suite)]
        return read_payload(envelope.open(key))

    def signed_as(self, header: dict[str, Any], sealed: bytes) -> bytes:
        """The wire bytes of an envelope of ours with any header."""
        signed = pack([pack(header), sealed])
        signature = self.keys.signer.sign(Context.ENVELOPE, signed)
        return pack(Signed(body=signed, signature=signature))

    def post_bytes(
        self, payload: bytes, lane: Lane = Lane.CONTROL, blobs: tuple[tuple[bytes, int], ...] = ()
    ) -> Envelope:
        """An envelope to the station with any payload."""
        self.seq += 1
        public = self.station_keys.public().xwing
        header = Header(
            version=VERSION,
            suite=SuiteNumber.XWING,
            origin=bytes.fromhex(COUNTY),
            incarnation=b"c" * 8,
            seq=self.seq,
            to=bytes.fromhex(STATION),
            lane=lane,
            created=(START_MS, START_MS),
            key=key_name(public),
            blobs=blobs,
        )
        return seal_envelope(payload, header, public, self.keys.signer)

    def receipt(
        self, envelope: bytes, state: ReceiptState, case: str = "", *, at_ms: int | None = None
    ) -> Envelope:
        """Our signed word on one envelope."""
        self.number += 1
        line = ReceiptLine(envelope=envelope, state=state, number=self.number, case=case)
        statement = Statement(
            county=bytes.fromhex(COUNTY),
            instance=self.instance,
            at_ms=START_MS + self.number if at_ms is None else at_ms,
            lines=(line,),
        )
        return self.post(sign_statement(self.keys.signer, statement))

    def decision(
        self,
        application: bytes,
        outcome: Outcome = Outcome.APPROVED,
        *,
        note: str = "",
        file: bytes | None = None,
        n: int = 1,
        at_ms: int = START_MS,
        case: str = "2026-1",
        faults: tuple[FieldFault, ...] = (),
        until: str = "",
    ) -> tuple[Envelope, dict[BlobId, bytes]]:
        """A decision, and the blobs that belong to it."""
        attachments, blobs = self._files("decision.pdf", file)
        decision = Decision(
            application=application,
            case=case,
            outcome=outcome,
            note=note,
            n=n,
            at_ms=at_ms,
            attachments=attachments,
            faults=faults,
            until=until,
        )
        sizes = tuple((bytes(blob), len(data)) for blob, data in blobs.items())
        return self.post(decision, Lane.RESULTS, sizes), blobs

    def document(
        self,
        application: bytes,
        name: str = "受理通知书",
        *,
        note: str = "",
        file: bytes | None = None,
        n: int = 2,
        at_ms: int = START_MS,
        days: int = 0,
    ) -> tuple[Envelope, dict[BlobId, bytes]]:
        """A document of a step, and the blobs that belong to it."""
        attachments, blobs = self._files("document.pdf", file)
        document = Document(
            application=application,
            case="2026-1",
            name=name,
            note=note,
            n=n,
            at_ms=at_ms,
            days=days,
            attachments=attachments,
        )
        sizes = tuple((bytes(blob), len(data)) for blob, data in blobs.items())
        return self.post(document, Lane.RESULTS, sizes), blobs

    def _files(
        self, name: str, file: bytes | None
    ) -> tuple[tuple[Attachment, ...], dict[BlobId, bytes]]:
        """The one file that goes with an answer, if there is one."""
        if file is None:
            return (), {}
        key = self.randomness.token(32)
        sealed = b"".join(seal_chunks(key, [file]))
        blob = BlobId(hashlib.sha256(sealed).digest())
        attachment = Attachment(
            name=name,
            size=len(file),
            sha256=hashlib.sha256(file).digest(),
            blob=blob,
            key=key,
        )
        return (attachment,), {blob: sealed}

    def rejection(self, envelope: bytes, code: str = "peer.unopenable", *, n: int = 1) -> Envelope:
        """We could not take an envelope."""
        return self.post(Rejection(envelope=envelope, code=code, detail="why", n=n, at_ms=START_MS))

    def notice(
        self,
        item: bytes,
        code: str,
        *,
        blob: bool = False,
        forged: bool = False,
        origin: str = STATION,
        at_ms: int = 9,
    ) -> Envelope:
        """An item of the station is stuck; we say so ourselves."""
        notice = Notice(
            node=bytes.fromhex(COUNTY),
            origin=bytes.fromhex(origin),
            item=item,
            blob=blob,
            code=code,
            at_ms=at_ms,
        )
        signer = new_signer(self.randomness) if forged else self.keys.signer
        return self.post(Notices(signed=(sign_notice(signer, notice),)))
