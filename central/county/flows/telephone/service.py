"""Says how far an application has got, to whoever knows its number and an identity number's end.

A wrong pair is one answer, whichever of both was wrong, and is counted before it is judged.

Source: docs/casework.md, "The telephone desk".
"""

import hmac
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.casework.about import CasesAbout
from central.county.casework.named import as_written
from central.county.flows.service import Flows
from central.county.flows.telephone.calls import LAST_CHARS, TELEPHONE, Inquire, Told
from central.county.flows.telephone.tries import WrongTries
from central.store.engine import Store
from protocol.casework.states import STATE_WORDS, State
from protocol.casework.status import Status
from protocol.catalogue.terms import OUTCOMES, STATES
from protocol.errors import CaseUnknownError
from protocol.errors.casework import TelephoneWrongError
from protocol.text import identifier
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_DECIDED = frozenset({State.DECIDED, State.CLOSED, State.DELIVERED, State.ARCHIVED})
_AT_THE_COUNTY = frozenset({State.RECEIVED, State.PAID_FIRST, State.ACCEPTED, State.SUSPENDED})
_MOST_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneDesk:
    """Of one county."""

    store: Store
    about: CasesAbout
    flows: Flows
    record: Record
    tries: WrongTries = field(repr=False)

    async def inquire(self, actor: Actor, wanted: Inquire, _: Report = silent) -> Told:
        """The sentence of an application; each inquiry stands in the record, also a wrong one.

        Raises:
            LoginForbiddenError: the reader handles no cases.
            TelephoneWrongError: number and end do not belong together, or there is no such number.
            TelephoneLimitedError: too many wrong ones were tried.
        """
        number = as_written(wanted.number.strip()[:_MOST_CHARS])
        async with self.record.action(actor, TELEPHONE.name, subject=number):
            actor.require(Right.CASES)
            self.tries.enter(number, actor.name)
            case = await self._case(number, identifier(wanted.last).upper())
            self.tries.forgive(number, actor.name)
            life = await self.flows.life(case)
            return Told(sentence=sentence(life.status))

    async def _case(self, number: str, last: str) -> str:
        """The case that both belong to."""

        async def work(session: AsyncSession) -> tuple[str, str]:
            found = await self.about.of(session, number)
            return found.number, found.applicant_id.upper()[-LAST_CHARS:]

        try:
            case, end = await self.store.transact(work)
        except CaseUnknownError:
            raise TelephoneWrongError from None
        if len(end) != LAST_CHARS or not hmac.compare_digest(end.encode(), last.encode()):
            raise TelephoneWrongError
        return case

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(TELEPHONE, self.inquire))


def sentence(status: Status) -> str:
    """What is said of a case, in the words of slip and desk."""
    if status.state in _DECIDED and status.outcome:
        return f"{STATES['decided']}：{OUTCOMES[status.outcome.value]}"
    if status.state is State.CORRECTION:
        return STATES["returned"]
    if status.state in _AT_THE_COUNTY:
        return f"{STATES['received']}，{STATE_WORDS[status.state]}"
    return STATE_WORDS[status.state]
