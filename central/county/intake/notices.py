"""Notices: what hubs say of items that are stuck with them, and what the county says itself.

Each is kept for the ledger, and told once to the station whose item it is.

Source: docs/protocol.md section 6.
"""

import logging
from collections.abc import Collection

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.intake.answers import Answers, clean
from central.county.intake.models import NoticeRow
from central.county.intake.queries import known_envelopes
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes
from protocol.envelope.envelope import Envelope
from protocol.envelope.keys import Signer
from protocol.envelope.payloads import Notices
from protocol.errors import PeerError
from protocol.ids import NodeId
from protocol.limits import MAX_STATION_NOTICES
from protocol.trust.reports.notice import Notice, read_notice, sign_notice

log = logging.getLogger(__name__)


class NoticeBoard:
    """Keeps notices and passes them on, in the caller's transaction."""

    def __init__(self, *, answers: Answers, nodes: Nodes, node: NodeId, signer: Signer) -> None:
        self._answers, self._nodes = answers, nodes
        self._node, self._signer = node, signer

    async def heard(
        self, session: AsyncSession, sender: NodeId, notices: Notices, now_ms: int
    ) -> None:
        """A node below says that items are stuck with it; of others' items it may not speak.

        What is news goes to each station in one envelope, however much a hub has to say.
        """
        news: dict[NodeId, list[bytes]] = {}
        for signed in notices.signed:
            try:
                notice = read_notice(signed, self._nodes.roster.own_keys)
            except PeerError as exc:
                log.warning("notice refused", extra=_fields(sender, exc.code))
                continue
            entry = self._nodes.roster.nodes.get(notice.station)
            if notice.by != sender or entry is None or entry.parent != sender:
                log.warning("notice refused", extra=_fields(sender, "of another's item"))
                continue
            if await self._keep(session, notice, now_ms) and await self._is_open(session, notice):
                news.setdefault(notice.station, []).append(signed)
        for station, told in news.items():
            await self._answers.notify(session, station, told)

    async def say(
        self, session: AsyncSession, *, station: NodeId, blob: bytes, code: str, now_ms: int
    ) -> bool:
        """The county's own word about a blob; False if it was said before."""
        notice = Notice(
            node=bytes.fromhex(self._node),
            origin=bytes.fromhex(station),
            item=blob,
            blob=True,
            code=code,
            at_ms=now_ms,
        )
        if not await self._keep(session, notice, now_ms):
            return False
        if await self._is_open(session, notice):
            await self._answers.notify(session, station, [sign_notice(self._signer, notice)])
        return True

    async def say_of_envelope(
        self, session: AsyncSession, envelope: Envelope, *, code: str, now_ms: int
    ) -> None:
        """The county's own word about an envelope that is here and can't be acted on yet."""
        notice = Notice(
            node=bytes.fromhex(self._node),
            origin=bytes.fromhex(envelope.origin),
            item=envelope.id,
            incarnation=envelope.incarnation,
            seq=envelope.header.seq,
            code=code,
            at_ms=now_ms,
        )
        if await self._keep(session, notice, now_ms):
            signed = sign_notice(self._signer, notice)
            await self._answers.notify(session, envelope.origin, [signed])

    async def withdraw(self, session: AsyncSession, envelopes: Collection[Key]) -> None:
        """They do get on now: the ledger speaks of them no more."""
        await session.execute(
            delete(NoticeRow).where(tuple_(NoticeRow.origin, NoticeRow.item).in_(envelopes))
        )

    async def _is_open(self, session: AsyncSession, notice: Notice) -> bool:
        """Whether the item has not come meanwhile."""
        key = (notice.station, notice.item)
        return notice.item not in await known_envelopes(session, {key})

    async def _keep(self, session: AsyncSession, notice: Notice, now_ms: int) -> bool:
        """Whether that was news; of one station so many are kept as people can look at."""
        station = notice.station
        if await session.get(NoticeRow, (station, notice.item)) is not None:
            return False
        kept = select(func.count()).select_from(NoticeRow).where(NoticeRow.origin == station)
        if (await session.scalar(kept) or 0) >= MAX_STATION_NOTICES:
            return False
        session.add(
            NoticeRow(
                origin=station,
                item=notice.item,
                node=notice.by,
                blob=notice.blob,
                incarnation=notice.incarnation or None,
                seq=notice.seq or None,
                code=clean(notice.code),
                at_ms=notice.at_ms,
                arrived_ms=now_ms,
            )
        )
        await session.flush()
        return True


def _fields(sender: NodeId, code: str) -> dict[str, str]:
    return {"event": "intake.notice-refused", "from": sender, "code": code}
