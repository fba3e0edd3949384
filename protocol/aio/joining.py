"""Joining, the same for hub and station: from a kit and a one-time code to an identity.

The keys are made here and never leave. If the answer is lost on the way, joining again with the
same code sends the same request, and the authority gives the same answer.

Source: docs/protocol.md section 10.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from protocol.aio.client import ParentClient
from protocol.aio.identity import (
    FirstRoster,
    Identity,
    has_identity,
    load_identity,
    pending_secrets,
    save_identity,
)
from protocol.aio.stick.joins import JoinFolder, JoinName
from protocol.aio.tls import client_context
from protocol.certificate import certificate_key_hash, certificate_node, tls_request
from protocol.enrolment import (
    Admission,
    JoinRequest,
    check_answer,
    code_key,
    join_parcel,
    read_answer,
)
from protocol.errors import AlreadyJoinedError, KitForeignError, KitRoleError, LineError
from protocol.fingerprint import fingerprint
from protocol.ids import NodeId
from protocol.keys import NodeKeys
from protocol.kit import Kit, read_kit
from protocol.ports import Clock, Randomness
from protocol.roster import Role, read_roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Everything that joining needs from outside."""

    clock: Clock
    randomness: Randomness
    report: Callable[[str], None] = lambda _: None  # told each step, in Chinese

    async def join(
        self, kit_data: bytes, code: str, data: Path, role: Role, *, stick: Path | None = None
    ) -> Identity:
        """Make ``data`` the data folder of the node that the kit is for.

        Args:
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
        keys = secrets.node_keys()
        request = JoinRequest(
            node=node, root=kit.root, keys=keys.public(), tls_request=tls_request(node, secrets.tls)
        )
        parcel, request_hash = join_parcel(request, keys, key, kit.county_keys)
        self.report(f"本机指纹 {fingerprint(keys.signer.public_bytes())}")
        self.report("向县中心登记")
        admission, answer = read_answer(await self._carry(kit, parcel, request_hash, stick))
        check_answer(key, request_hash, answer)
        self.report("保存证书")
        self._accept(kit, admission, data, keys)
        return load_identity(data)

    async def _carry(
        self, kit: Kit, parcel: bytes, request_hash: bytes, stick: Path | None
    ) -> bytes:
        if stick is None:
            return await self._post(kit, parcel)
        name = JoinName.of(NodeId(kit.node), request_hash)
        return await asyncio.to_thread(JoinFolder.on_stick(stick).exchange, name, parcel)

    async def _post(self, kit: Kit, parcel: bytes) -> bytes:
        """Through the parent; straight to the county if the parent can't be reached."""
        contacts = [kit.parent] if kit.parent == kit.county else [kit.parent, kit.county]
        failure = LineError("the kit names nobody to call")
        for contact in contacts:
            client = ParentClient(
                url=contact.url,
                parent=NodeId(contact.node),
                context=client_context(kit.ca),
                clock=self.clock,
                randomness=self.randomness,
            )
            try:
                async with client:
                    return await client.join(parcel)
            except LineError as exc:
                failure = exc
        raise failure

    def _accept(self, kit: Kit, admission: Admission, data: Path, keys: NodeKeys) -> None:
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
        save_identity(data, facts, certificate, first)
