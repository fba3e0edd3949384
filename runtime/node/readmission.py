"""The request by which a node joined, sent again: it brings the newest roster and a certificate.

Whoever passes it on proves nothing and need not: the answer is the county's, by the root. So a
node comes back whose parent has moved, or whose certificate is of an authority that counts no more.

Source: docs/protocol.md section 10.3.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from protocol.errors import PeerError, UnexpectedError, from_code
from protocol.exchange.messages import EditionNews
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Kind
from protocol.trust.enrolment import read_answer, read_parcel, read_verdict
from protocol.trust.kit import Contact
from protocol.trust.roster import Roster, open_proof
from runtime.node.certificate import wants_certificate
from runtime.node.identity import Asked, Identity
from runtime.node.renewal import keep_certificate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readmission:
    """What a node that has joined is told when it asks again."""

    news: EditionNews | None  # a roster that is newer than the one held
    certificate: bytes  # DER, for the keys that the county knows


def read_readmission(identity: Identity, held: Roster, parcel: bytes, answer: bytes) -> Readmission:
    """The county's answer; one that it gave before the roster in hand is none.

    Raises:
        SignatureError, MalformedError, TooLargeError: not the county's.
        UnexpectedError: an old one.
        YizhanError: the county refuses, by the code of the refusal.
    """
    verdict = read_verdict(identity.root, answer, read_parcel(parcel))
    if verdict.code:
        raise from_code(verdict.code, verdict.detail)
    admission, _ = read_answer(verdict.answer)
    _, head = open_proof(identity.root, admission.roster_proof)
    if head.version < held.version:
        raise UnexpectedError("a roster that is older")
    news = EditionNews(
        kind=Kind.ROSTER,
        version=head.version,
        base=0,
        proof=admission.roster_proof,
        body=admission.roster,
    )
    newer = head.version > held.version
    return Readmission(news=news if newer else None, certificate=admission.certificate)


async def ask_again(
    identity: Identity,
    held: Roster,
    asked: Asked,
    contacts: Iterable[Contact],
    *,
    clock: Clock,
    randomness: Randomness,
) -> Readmission:
    """Send the request again: to whoever passed it on, then to ``contacts``.

    Raises:
        LineError: none of them can be reached now.
        KitForeignError, RefusedError: none has an answer of the county.
    """
    # a third of a second to import, and seldom needed
    from runtime.line.tls import open_context  # noqa: PLC0415
    from runtime.node.joining import anybody, post_parcel  # noqa: PLC0415

    return await post_parcel(
        asked.parcel,
        [anybody(asked.via), *contacts],
        lambda answer: read_readmission(identity, held, asked.parcel, answer),
        context=open_context(),  # what comes back proves itself: the authority may be new
        clock=clock,
        randomness=randomness,
    )


def take_certificate(identity: Identity, answer: Readmission, roster: Roster) -> bool:
    """Whether the certificate of ``answer`` is in use, or kept for keys to come, from now on.

    It is where the one in force is not of the authority that ``roster`` has in use. Blocks for
    the disk.

    Raises:
        DiskFullError, StoreError: it can't be written.
    """
    if not wants_certificate(identity, roster):
        return False
    try:
        keep_certificate(identity, answer.certificate, roster)
    except PeerError as exc:
        log.warning("certificate refused", extra={"event": "certificate.refused", "code": exc.code})
        return False
    return True
