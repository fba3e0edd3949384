"""What the county refuses for good: the hub signs a notice of each item and sends it upward.

So the county's ledger explains the gap, and the station learns of it under the county's seal.

Source: docs/protocol.md section 6.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.ports.role import Deferred
from central.relay.service import Relay
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.keys import PublicKeys
from protocol.envelope.payloads import Notices, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.ids import NodeId
from protocol.limits import MAX_CODE_CHARS, MAX_NOTICES
from protocol.trust.reports.notice import Notice, sign_notice


class HubReporter:
    """Implements central.relay.ports.role.Reporter."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._post = relay.post_office(self._keys_of)

    async def report(self, session: AsyncSession, items: Sequence[Deferred]) -> None:
        """Tell the county of others' items."""
        signed = [self._signed(item) for item in items if item.origin != self._relay.node]
        county, _ = self._relay.editions.roster.county()
        for start in range(0, len(signed), MAX_NOTICES):
            notices = Notices(signed=tuple(signed[start : start + MAX_NOTICES]))
            await self._post.post(
                session,
                to=county,
                lane=Lane.CONTROL,
                payload=payload_bytes(notices),
                suite=SuiteNumber.XWING,
            )

    def _signed(self, item: Deferred) -> bytes:
        header = read_envelope(item.wire).header if item.wire else None
        notice = Notice(
            node=bytes.fromhex(self._relay.node),
            origin=bytes.fromhex(item.origin),
            item=item.item,
            blob=item.blob,
            incarnation=header.incarnation if header else b"",
            seq=header.seq if header else 0,
            code=item.code[:MAX_CODE_CHARS] or "refused",
            at_ms=item.at_ms,
        )
        return sign_notice(self._relay.identity.keys.signer, notice)

    def _keys_of(self, node: NodeId) -> PublicKeys | None:
        entry = self._relay.editions.roster.nodes.get(node)
        return entry.keys if entry else None
