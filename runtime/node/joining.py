"""Joining, the same for hub and station: from a kit and a one-time code to an identity.

The keys are made here and never leave. If the answer is lost on the way, joining again with the
same code sends the same request, and the authority gives the same answer.

Source: docs/protocol.md section 10.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from protocol.envelope.keys import NodeKeys
from protocol.errors import (
    AlreadyJoinedError,
    KitForeignError,
    KitRoleError,
    LineError,
    PeerError,
    RefusedError,
    YizhanError,
    from_code,
)
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.certificate import certificate_key_hash, certificate_node, tls_request
from protocol.trust.enrolment import (
    Admission,
    JoinRequest,
    JoinVerdict,
    check_answer,
    code_key,
    join_parcel,
    own_verdict,
    read_answer,
    read_parcel,
)
from protocol.trust.fingerprint import fingerprint
from protocol.trust.kit import Contact, Kit, read_kit
from protocol.trust.roster import Role, Roster, read_roster
from protocol.trust.time_statement import open_time
from runtime.line.client import ParentClient
from runtime.line.tls import open_context
from runtime.node.identity import (
    Asked,
    FirstRoster,
    FirstTime,
    Identity,
    Secrets,
    has_identity,
    load_identity,
    pending_secrets,
    save_identity,
)
from runtime.sticks.joins import JoinFolder, JoinName

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Everything that joining needs from outside."""

    clock: Clock
    randomness: Randomness
    report: Callable[[str], None] = lambda _: None  # told each step, in Chinese
    via: str = ""  # address of any node of this county; it is asked first
    prepare: Callable[[NodeId, Roster], None] = lambda _, __: None  # before the identity is there

    async def join(
        self,
        kit_data: bytes,
        code: str,
        data: Path,
        role: Role,
        *,
        url: str = "",
        stick: Path | None = None,
    ) -> Identity:
        """Make ``data`` the data folder of the node that the kit is for.

        Args:
            url: of a hub: where its children will call it; empty if the county knows.
            stick: folder by which request and answer travel, in place of a line.

        Raises:
            KitDamagedError, KitRoleError, CodeWrongError: refused before anything was sent.
            AlreadyJoinedError: ``data`` belongs to a node.
            LineError: nobody can be reached now; try again with the same code.
            JoinOnStickError: the request is on the stick; try again when it comes back.
            StickError: the stick can't be read or written.
            EnrolmentError: the county refuses, or is not the kit's county.
        """
        if has_identity(data):
            raise AlreadyJoinedError(str(data))
        kit = read_kit(kit_data)
        if kit.role is not role:
            raise KitRoleError(f"the kit is for a {kit.role.value}")
        self.report("核对开站码")
        node = NodeId(kit.node)
        key = code_key(code, node)
        secrets = pending_secrets(data, self.randomness)
        parcel, request_hash = _request(kit, key, secrets, url)
        keys = secrets.node_keys()
        self.report(f"本机指纹 {fingerprint(keys.signer.public_bytes())}")
        self.report("向县中心登记")
        verdict = await self._carry(kit, parcel, request_hash, stick)
        if verdict.code:
            raise from_code(verdict.code, verdict.detail)
        admission, answer = read_answer(verdict.answer)
        check_answer(key, request_hash, answer)
        self.report("保存证书")
        asked = Asked(parcel=parcel, via=self.via)
        self._accept(kit, admission, data, keys, asked, over_line=stick is None)
        return load_identity(data)

    async def _carry(
        self, kit: Kit, parcel: bytes, request_hash: bytes, stick: Path | None
    ) -> JoinVerdict:
        """The county's word, by its signature; whoever passed it on has none in it."""
        sent = read_parcel(parcel)

        def read(data: bytes) -> JoinVerdict:
            return own_verdict(kit.root, data, sent, request_hash)

        if stick is not None:
            name, folder = JoinName.of(NodeId(kit.node), request_hash), JoinFolder.on_stick(stick)
            return await asyncio.to_thread(folder.exchange, name, parcel, read)
        return await self._post(kit, parcel, read)

    async def _post(
        self, kit: Kit, parcel: bytes, read: Callable[[bytes], JoinVerdict]
    ) -> JoinVerdict:
        """Through the parent; straight to the county if the parent can't be reached."""
        contacts = [anybody(self.via), kit.parent]
        if kit.parent != kit.county:
            contacts.append(kit.county)
        return await post_parcel(
            parcel,
            contacts,
            read,
            context=open_context(),  # the answer proves itself: the kit may be an old one
            clock=self.clock,
            randomness=self.randomness,
        )

    def _accept(
        self,
        kit: Kit,
        admission: Admission,
        data: Path,
        keys: NodeKeys,
        asked: Asked,
        *,
        over_line: bool,
    ) -> None:
        roster = read_roster(kit.root, admission.roster_proof, admission.roster)
        entry = roster.active(NodeId(kit.node))
        certificate = admission.certificate
        if (
            entry is None
            or entry.keys is None
            or entry.keys.signing != keys.signer.public_bytes()
            or entry.tls != certificate_key_hash(certificate)
            or certificate_node(certificate) != kit.node
        ):
            raise KitForeignError("the roster that came back does not have this node's keys")
        facts: dict[str, object] = {
            "node": kit.node,
            "role": kit.role.value,
            "code": entry.code,
            "name": entry.name,
            "county_name": kit.county_name,
            "root": kit.root.hex(),
            "ca": kit.ca.hex(),
            "county": {"node": kit.county.node, "url": kit.county.url},
            "parent": {"node": kit.parent.node, "url": kit.parent.url},
        }
        first = FirstRoster(proof=admission.roster_proof, changes=admission.roster)
        self.prepare(NodeId(kit.node), roster)
        time = self._time(admission.time, roster.signing_key(NodeId(kit.county.node)), over_line)
        save_identity(data, facts, certificate, first, asked, time=time)

    def _time(self, signed: bytes, county: bytes | None, over_line: bool) -> FirstTime | None:  # noqa: FBT001 - how it came
        """The county's time, if it is one: a join does not fail for want of it."""
        try:
            open_time(county or b"", signed)
        except PeerError:
            return None
        return FirstTime(signed=signed, local_ms=self.clock.now_ms(), fresh=over_line)


def _request(kit: Kit, key: bytes, secrets: Secrets, url: str) -> tuple[bytes, bytes]:
    """What is posted, and the hash by which the answer will be checked; ``key`` is of the code."""
    node, keys = NodeId(kit.node), secrets.node_keys()
    request = JoinRequest(
        node=node,
        root=kit.root,
        keys=keys.public(),
        tls_request=tls_request(node, secrets.tls),
        url=url,
    )
    return join_parcel(request, keys, key, kit.county_keys, kit.ticket)


def anybody(url: str) -> Contact:
    """Whichever node of the county answers at ``url``."""
    return Contact(node="", url=url)


async def post_parcel(
    parcel: bytes,
    contacts: Iterable[Contact],
    read: Callable[[bytes], _Answer],
    *,
    context: ssl.SSLContext,
    clock: Clock,
    randomness: Randomness,
) -> _Answer:
    """The county's answer by the first of ``contacts`` that has it; none without address is asked.

    At an address may stand something else by now: another device, or the login page of a network.
    It is passed over like a line that is down, and named if nobody answers. So is one that refuses
    by itself, or whose answer is not the county's: only its signed word ends a join.

    Args:
        read: what the answer says, if the county signed it; PeerError if not.
        context: says whose certificate may answer.

    Raises:
        LineError: none of them can be reached now.
        KitForeignError: none has an answer, and at one address somebody else answers.
        RefusedError: none has an answer, and one refuses.
    """
    failure: YizhanError = LineError("nobody to call has an address")
    for contact in contacts:
        if not contact.url:
            continue
        client = ParentClient(
            url=contact.url,
            parent=NodeId(contact.node),
            context=context,
            clock=clock,
            randomness=randomness,
        )
        try:
            async with client:
                return read(await client.join(parcel))
        except PeerError as exc:
            failure = KitForeignError(f"{contact.url}: not the county's answer: {exc.detail}")
        except RefusedError as exc:  # in its own words, which are not the county's
            failure = exc
        except LineError as exc:
            failure = failure if isinstance(failure, RefusedError) else exc
    raise failure
