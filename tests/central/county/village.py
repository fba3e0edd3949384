"""A village PC that seals applications for the county, and misbehaves where a test wants it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from protocol.codec import altered, pack
from protocol.envelope.blob import seal_chunks
from protocol.envelope.envelope import Envelope, Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import Context, NodeKeys, Signed, key_name
from protocol.envelope.payloads import (
    Application,
    Attachment,
    FollowUp,
    Payload,
    payload_bytes,
    read_payload,
)
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import Part
from protocol.ids import BlobId, NodeId
from protocol.limits import PART_BYTES
from protocol.records.followups import Said, Subject
from protocol.records.taken_in import TakenIn
from runtime.node.identity import Secrets
from tests.builders.chance import SeededRandomness

ITEM, MATERIAL = "pension", "id-card"
FORM = {"name": "样福丽", "age": 61}

CATALOGUE = json.dumps(
    {
        "title": "样例目录",
        "items": [
            {
                "id": ITEM,
                "name": "养老保险参保登记",
                "materials": [
                    {"id": MATERIAL, "name": "居民身份证", "max_bytes": 300_000},
                    {"id": "photo", "name": "照片"},
                ],
                "schema": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "age": {"type": "integer", "minimum": 16},
                    },
                    "required": ["name"],
                    "additionalProperties": False,
                },
            },
            {
                "id": "relief",
                "name": "临时救助",
                "materials": [{"id": "proof", "name": "证明", "attach": "required"}],
                "schema": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string", "title": "身份证号", "format": "cn-resident-id"}
                    },
                },
            },
        ],
    },
    ensure_ascii=False,
).encode()


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A file as the clerk attached it, and its blob."""

    origin: NodeId
    attachment: Attachment
    ciphertext: bytes

    @property
    def announced(self) -> tuple[BlobId, int]:
        return BlobId(self.attachment.blob), len(self.ciphertext)

    @property
    def parts(self) -> list[Part]:
        size = len(self.ciphertext)
        return [
            Part(
                origin=bytes.fromhex(self.origin),
                blob=self.attachment.blob,
                size=size,
                offset=start,
                data=self.ciphertext[start : start + PART_BYTES],
            )
            for start in range(0, size, PART_BYTES)
        ]


@dataclass(kw_only=True)
class Village:
    """One station; its numbers go on as a real one's do."""

    node: NodeId
    secrets: Secrets
    county: NodeId
    county_keys: NodeKeys
    randomness: SeededRandomness
    suite: SuiteNumber = SuiteNumber.X25519
    incarnation: bytes = b""
    seq: int = 0
    pred: tuple[bytes, int] | None = None
    applications: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.incarnation = self.randomness.token(8)

    @property
    def keys(self) -> NodeKeys:
        return self.secrets.node_keys()

    def restart(self) -> None:
        """The PC is switched off and on; nothing is sealed yet."""
        self.pred = (self.incarnation, self.seq) if self.seq else self.pred
        self.incarnation, self.seq = self.randomness.token(8), 0

    def scan(
        self,
        content: bytes,
        *,
        material: str = MATERIAL,
        name: str = "scan.jpg",
        wrong: Mapping[str, Any] = MappingProxyType({}),
    ) -> Scan:
        """``wrong`` replaces facts of the attachment after it was sealed."""
        key = self.randomness.token(32)
        ciphertext = b"".join(seal_chunks(key, [content]))
        facts = {
            "material": material,
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).digest(),
            "blob": hashlib.sha256(ciphertext).digest(),
            "key": key,
        }
        attachment = Attachment(**{**facts, **wrong})
        return Scan(origin=self.node, attachment=attachment, ciphertext=ciphertext)

    def application(
        self,
        *,
        item: str = ITEM,
        form: Mapping[str, Any] | str = FORM,
        release: int = 1,
        scans: Sequence[Scan] = (),
        application: bytes = b"",
        corrects: bytes = b"",
        since: str = "",
        number: str = "",
        supersedes: bytes = b"",
        taken: TakenIn | None = None,
    ) -> Application:
        draft = application or self.randomness.token(16)
        self.applications.append(draft)
        return Application(
            application=draft,
            item=item,
            release=release,
            form=form if isinstance(form, str) else json.dumps(form, ensure_ascii=False),
            attachments=tuple(scan.attachment for scan in scans),
            corrects=corrects,
            since=since,
            number=number,
            supersedes=supersedes,
            taken=taken,
        )

    def follow_up(
        self,
        subject: Subject,
        *scans: Scan,
        application: bytes = b"",
        follow_up: bytes = b"",
        at_ms: int = 1,
    ) -> bytes:
        """Seal something that follows an application; the newest one unless told otherwise."""
        content = FollowUp(
            follow_up=follow_up or self.randomness.token(16),
            application=application or (self.applications[-1] if self.applications else b""),
            said=Said(subject=subject, at_ms=at_ms, clerk="农小芳"),
            attachments=tuple(scan.attachment for scan in scans),
        )
        return self.seal(content, blobs=[scan.announced for scan in scans])

    def seal(
        self,
        payload: Payload | bytes,
        *,
        blobs: Sequence[tuple[BlobId, int]] = (),
        sealing: bytes = b"",
        seq: int = 0,
    ) -> bytes:
        """The wire bytes of the next envelope (or of one numbered ``seq``)."""
        self.seq = seq or self.seq + 1
        own = self.county_keys.opening[self.suite].public_bytes()
        header = Header(
            version=1,
            suite=int(self.suite),
            origin=bytes.fromhex(self.node),
            incarnation=self.incarnation,
            seq=self.seq,
            to=bytes.fromhex(self.county),
            lane=int(Lane.APPLICATIONS),
            created=(0, None),
            key=key_name(sealing or own),
            pred=self.pred if self.seq == 1 else None,
            blobs=tuple(blobs),
        )
        data = payload if isinstance(payload, bytes) else payload_bytes(payload)
        return seal_envelope(data, header, sealing or own, self.keys.signer).wire

    def seal_with_suite(self, suite: int, sealed: bytes) -> bytes:
        """An envelope of a suite that only a newer program knows."""
        plain = read_envelope(self.seal(b"x"))
        signed = pack([pack(altered(plain.header, suite=suite)), sealed])
        return pack(Signed(body=signed, signature=self.keys.signer.sign(Context.ENVELOPE, signed)))

    def submit(self, *scans: Scan, **facts: Any) -> bytes:
        """Seal a good application; the facts of :meth:`application` may be changed."""
        content = self.application(scans=scans, **facts)
        return self.seal(content, blobs=[scan.announced for scan in scans])

    def open(self, envelope: Envelope) -> Payload:
        """What the county has sent to this station."""
        envelope.check(self.county_keys.signer.public_bytes())
        return read_payload(envelope.open(self.keys.opening[SuiteNumber(envelope.header.suite)]))
