"""What a document, or anything else beside a case, has to know of it."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.publicity import ItemOf
from central.county.casework.finding.people import resident_id
from central.county.casework.named import one_case
from central.county.casework.queries import cases_of, files_of
from central.county.ports.keys import Key
from protocol.catalogue.applicant import applicant_name
from protocol.catalogue.documents import FormData
from protocol.catalogue.items.model import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAbout:
    """Of one case."""

    number: str
    key: Key
    code: str  # of its item
    release: int  # by which it was filled in
    form: FormData = field(repr=False)
    item: Item | None  # as the case names it; None: no release that is kept knows it
    applicant: str
    applicant_id: str
    received_ms: int
    materials: tuple[str, ...]  # that came with it, by their names
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAbout:
    """Says it, in the caller's transaction."""

    item_of: ItemOf

    async def key(self, session: AsyncSession, name: str) -> Key:
        """Station and application of the case that somebody names; raises as :meth:`of`."""
        case = await one_case(session, name)
        return case.station, case.application

    async def numbers(self, session: AsyncSession, keys: Collection[Key]) -> dict[Key, str]:
        """Case numbers by station and application."""
        found = await cases_of(session, keys) if keys else {}
        return {key: case.number for key, case in found.items()}

    async def of(self, session: AsyncSession, name: str) -> CaseAbout:
        """What is known of a case.

        Raises:
            CaseUnknownError: there is none, or several have that application id.
        """
        case = await one_case(session, name)
        key = (case.station, case.application)
        item = await self.item_of(session, case.release, case.item)
        schema = item.schema.document if item else {}
        form = json.loads(case.form)
        envelope = case.envelope_id  # only its own: papers of the county's lie beside them
        came = (await files_of(session, {(case.station, envelope)}))[envelope]
        brought = dict.fromkeys(one.material for one in came)
        return CaseAbout(
            number=case.number,
            key=key,
            code=case.item,
            release=case.release,
            form=form,
            item=item,
            applicant=applicant_name(schema, form) or case.applicant,
            applicant_id=resident_id(schema, form),
            received_ms=case.received_ms,
            materials=tuple(_name(item, one) for one in brought if one),
            erased=case.erased_ms is not None,
        )


def _name(item: Item | None, material: str) -> str:
    found = item.material(material) if item else None
    return found.name if found else material
