"""One case with all that is known of it, and its files, for whoever may see it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import files_of_document
from central.county.casework.answers.publicity import ItemOf
from central.county.casework.calls import RESULT, Carried, CaseShown
from central.county.casework.files.opened import OpenedFile
from central.county.casework.files.received import CaseFiles, FileOf, file_of, file_shown
from central.county.casework.models import AttachmentRow, CaseRow
from central.county.casework.named import one_case
from central.county.casework.queries import answers_to, files_of
from central.county.casework.views import FollowedBy, station_name, views_of
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs, Nodes
from central.store.engine import Store
from protocol.catalogue.items.model import Item
from protocol.errors import FileAbsentError

APPLICATION = "application"
DOCUMENT = "document-"  # and its number in the count of results
CarriedBy = Callable[[AsyncSession, Collection[Key]], Awaitable[Mapping[Key, Sequence[Carried]]]]
"""Envelopes that brought applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """Shows the cases of one county."""

    store: Store
    nodes: Nodes
    blobs: Blobs
    item_of: ItemOf
    followed_by: FollowedBy
    carried_by: CarriedBy

    async def one(self, name: str) -> CaseShown:
        """The case that is named.

        Raises:
            CaseUnknownError: there is none, or several have that application id.
        """
        return await self.store.transact(lambda session: self.shown(session, name))

    async def number(self, name: str) -> str:
        """The number of the case that is named; raises as :meth:`one`."""

        async def work(session: AsyncSession) -> str:
            return (await one_case(session, name)).number

        return await self.store.transact(work)

    async def names(self, name: str) -> Sequence[str]:
        """By what somebody may have called the case; nothing of a person.

        Raises as :meth:`one`.
        """

        async def work(session: AsyncSession) -> Sequence[str]:
            case = await one_case(session, name)
            own = (case.number, case.given_number or "", case.application.hex(), name)
            return tuple(dict.fromkeys(one for one in own if one))

        return await self.store.transact(work)

    async def shown(self, session: AsyncSession, name: str) -> CaseShown:
        """As :meth:`one`, in the caller's transaction."""
        case = await one_case(session, name)
        key = (case.station, case.application)
        (view,) = await views_of(
            session,
            [case],
            name_of=lambda station: station_name(self.nodes, station),
            item_of=self.item_of,
            followed_by=self.followed_by,
        )
        item = await self.item_of(session, case.release, case.item)
        return CaseShown(
            case=view.shown(),
            schema=item.schema.document if item else {},
            materials=_materials(item),
            result=[file_shown(file) for file in await _sent(session, case)],
            answered_by=await answers_to(session, key),
            carried=(await self.carried_by(session, {key})).get(key, ()),
        )

    async def file(self, name: str, of: str, position: int) -> OpenedFile:
        """Open one file of a case.

        Args:
            of: APPLICATION, RESULT, DOCUMENT and a number, or the id of what followed.
            position: among those, counted from 0.

        Raises:
            CaseUnknownError: there is no such case.
            FileAbsentError: it has no such file, or not yet, or not any more.
            DamagedError: it is not what its envelope names.
        """
        file = await self.store.transact(lambda session: self._file(session, name, of, position))
        return await asyncio.to_thread(file.opened, self.blobs)

    async def _file(self, session: AsyncSession, name: str, of: str, position: int) -> FileOf:
        case = await one_case(session, name)
        files = await self.files(session, case, of)
        if not 0 <= position < len(files):
            raise FileAbsentError(f"{of[:40]} {position}")
        return file_of(files[position])

    async def files(self, session: AsyncSession, case: CaseRow, of: str) -> Sequence[AttachmentRow]:
        """Those of one thing that belongs to a case, as :meth:`file` names it."""
        if of == RESULT:
            return await _sent(session, case)
        if of == APPLICATION:
            return await _brought(session, case.station, case.envelope_id)
        key = (case.station, case.application)
        if of.startswith(DOCUMENT):
            return await files_of_document(session, key, int(of.removeprefix(DOCUMENT)))
        followed = (await self.followed_by(session, {key})).get(key, ())
        if of not in {one.follow_up for one in followed}:
            return ()
        return await CaseFiles().rows(session, (case.station, bytes.fromhex(of)))


async def _sent(session: AsyncSession, case: CaseRow) -> Sequence[AttachmentRow]:
    """Files that went with the decision."""
    return await _brought(session, case.station, case.decision_id) if case.decision_id else ()


async def _brought(session: AsyncSession, station: str, envelope: bytes) -> Sequence[AttachmentRow]:
    return (await files_of(session, {(station, envelope)}))[envelope]


def _materials(item: Item | None) -> dict[str, str]:
    every = item.materials if item else ()
    return {one.id: one.name for paper in every for one in (paper, *paper.promises())}
