"""What nodes ask the county for, beside applications: each is done, and the line that says so."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.desks.service import Desks
from central.county.intake.answers import Line
from central.county.intake.inquiries import Inquiries, taken
from central.county.intake.notices import NoticeBoard
from central.county.intake.ports import Renewals
from central.county.intake.reading import Reading
from central.county.numbers.service import NumberBlocks
from central.county.offices.service import Offices
from protocol.envelope.desk_payloads import DeskRequest
from protocol.envelope.number_payloads import NumberReport
from protocol.envelope.office_payloads import OfficeEvents, OfficeRequest
from protocol.envelope.payloads import Inquiry, Notices, Recertify, Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Who answers which of them."""

    inquiries: Inquiries
    renewing: Renewals
    notices: NoticeBoard
    blocks: NumberBlocks
    desks: Desks
    offices: Offices

    async def answer(self, session: AsyncSession, one: Reading, now_ms: int) -> list[Line]:
        """Do what the county is asked for; the lines to be posted as receipts."""
        await self.renewing.look(one.envelope)
        match one.asked:
            case Inquiry():
                return await self.inquiries.answer(session, one.envelope, one.asked)
            case Renewal():
                await self.renewing.answer(session, one.envelope, one.asked)
            case Recertify():
                await self.renewing.certify(session, one.envelope)
            case Notices():
                await self.notices.heard(session, one.envelope.origin, one.asked, now_ms)
                return []
            case NumberReport():
                await self.blocks.report(session, one.envelope, one.asked)
            case DeskRequest():
                await self.desks.asked(session, one.envelope, one.asked, now_ms)
            case OfficeRequest() | OfficeEvents():
                await self.offices.arrived(session, one.envelope, one.asked, now_ms)
                return []
            case None:
                return []
        return [taken(one.envelope)]
