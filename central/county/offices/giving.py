"""Cases that stand where a township works are sealed for its office, once each.

What is due stands in the status of a case, so nothing is forgotten over a power cut: whoever looks
next finds it.

Source: docs/casework.md, "Township offices".
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases, Packed
from central.county.casework.facts import Handled
from central.county.casework.service import Casework, Sealed
from central.county.flows.log import Logged
from central.county.flows.service import Flows
from central.county.offices.news import News
from central.county.offices.papers import Papers
from central.county.offices.words import OfficeWords
from central.county.ports.keys import Key
from central.county.ports.relay import Nodes, Releases
from central.store.engine import Store
from protocol.casework.clocks import written
from protocol.casework.events.offices import OfficeGiven
from protocol.casework.events.wire import event_bytes
from protocol.casework.offices import hub_of, is_due, office_name
from protocol.catalogue.changes.planned import in_force
from protocol.catalogue.items.uses import used_by
from protocol.envelope.keys import PublicKeys, key_name
from protocol.envelope.office_payloads import OfficeCase
from protocol.errors import YizhanError
from protocol.ids import BlobId, NodeId
from protocol.trust.edition import Kind

_PAGE = 100
_FIRST: Key = ("", b"")
_LAST_DAY = "9999-12-31"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A case, and the office for which it is to be sealed."""

    handled: Handled
    case: Logged
    packed: Packed
    hub: NodeId
    keys: PublicKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """Of one county."""

    store: Store
    nodes: Nodes
    releases: Releases
    papers: Papers
    casework: Casework
    cases: Cases
    flows: Flows
    news: News
    words: OfficeWords

    async def look(self) -> None:
        """Give away what is due, if it is whole and its office has a key."""
        after = _FIRST
        while keys := await self._due(after):
            for key in keys:
                await self._look_at(key)
            after = keys[-1]

    async def _due(self, after: Key) -> list[Key]:
        return await self.store.transact(
            lambda session: self.flows.log.due_for_office(session, after, _PAGE)
        )

    async def _look_at(self, key: Key) -> None:
        """One that can't be given away must not hold up the others."""
        try:
            wanted = await self.store.transact(lambda session: self._wanted(session, key))
            if wanted:
                await self._give(wanted)
        except YizhanError as exc:
            fields = {"event": "offices.not-given", "station": key[0], "code": exc.code}
            log.warning("a case can't be given to its office", extra=fields)
        except Exception:
            fields = {"event": "offices.died", "station": key[0]}
            log.exception("a case can't be given to its office", extra=fields)

    async def _wanted(self, session: AsyncSession, key: Key) -> _Wanted | None:
        handled = (await self.casework.handled_of(session, [key])).get(key)
        hub = hub_of(self.nodes.roster, NodeId(key[0]))
        keys = await self.words.sealing.load(session, hub) if hub else None
        if handled is None or handled.is_erased or hub is None or keys is None:
            return None
        case = await self.flows.log.read(session, handled)
        packed = await self.cases.packed(session, key)
        if not packed.complete or not is_due(case.status, case.rules):
            return None
        return _Wanted(handled=handled, case=case, packed=packed, hub=hub, keys=keys)

    async def _give(self, wanted: _Wanted) -> None:
        due = (await self.flows.dated(wanted.case)).running
        sealed = await self.papers.sealed(wanted.packed.files)
        until = written(due[0].due) if due else ""
        try:
            await self.store.transact(lambda tx: self._happens(tx, wanted, sealed, until))
        except Exception:
            await self.papers.drop(sealed)
            raise
        fields = {"event": "offices.given", "hub": wanted.hub, "files": len(sealed)}
        log.info("a case was given to its office", extra=fields)

    async def _happens(
        self, session: AsyncSession, wanted: _Wanted, sealed: Sealed, until: str
    ) -> None:
        node = wanted.case.rules.at_township(wanted.case.status)
        body = OfficeGiven(
            office=wanted.hub,
            name=office_name(self.nodes.roster, wanted.hub, node.office if node else ""),
            key=key_name(wanted.keys.xwing).hex(),
        )
        case = await self.flows.given(session, wanted.case, body)
        release, entries = await self._entries(session, wanted)
        entry = entries[wanted.handled.item]
        told = OfficeCase(
            station=bytes.fromhex(case.key[0]),
            application=case.key[1],
            turn=case.status.turn,
            case=case.number,
            given=wanted.packed.given_number,
            item=case.item,
            release=release,
            entry=entry,
            library={name: entries[name] for name in used_by(entry) if name in entries},
            form=wanted.packed.form,
            taken=wanted.packed.taken,
            events=event_bytes(case.events),
            due=until,
            attachments=tuple(file for file, _ in sealed),
        )
        blobs = tuple((BlobId(file.blob), size) for file, size in sealed)
        await self.words.say(session, wanted.hub, told, blobs)
        await self.news.before(session, case.key, case.status.turn)

    async def _entries(
        self, session: AsyncSession, wanted: _Wanted
    ) -> tuple[int, Mapping[str, bytes]]:
        """The release whose flow counts for a case; the newest one if that is not kept."""
        number = wanted.case.status.release or wanted.handled.release
        edition = await self.releases.version(session, Kind.RELEASE, number)
        edition = edition or await self.releases.current(Kind.RELEASE)
        if edition is None:
            return number, {wanted.handled.item: b"{}"}
        if wanted.handled.item in edition.entries:
            return edition.version, edition.entries
        return edition.version, in_force(edition.entries, _LAST_DAY)
