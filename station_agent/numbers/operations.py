"""The numbers of a station, by command.

Source: docs/numbers.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.json_values import ABSENT, Absent
from protocol.numbers.block import Use
from protocol.numbers.number import NumberKind
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.numbers.calls import (
    NUMBERS,
    TICKET,
    VOID,
    BlockShown,
    NumbersShown,
    TakeTicket,
    Ticket,
    VoidedRun,
    VoidNumbers,
)
from station_agent.numbers.service import NumberService


@dataclass(frozen=True, slots=True)
class NumberOperations:
    """What a clerk may ask of the numbers."""

    numbers: NumberService

    async def status(self, _: Actor, __: Nothing, ___: Report = silent) -> NumbersShown:
        """What is left."""
        return await self._shown(ABSENT)

    async def void(self, _: Actor, wanted: VoidNumbers, __: Report = silent) -> NumbersShown:
        """Void some, and show what is left; raises as :meth:`NumberService.void`."""
        runs = await self.numbers.void(NumberKind(wanted.kind), wanted.count, wanted.reason)
        return await self._shown(runs)

    async def ticket(self, _: Actor, wanted: TakeTicket, __: Report = silent) -> Ticket:
        """The ticket of an application; raises as :meth:`NumberService.ticket`."""
        application, number = await self.numbers.ticket(wanted.application)
        return Ticket(application=application, number=number)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(NUMBERS, self.status), Handler(VOID, self.void), Handler(TICKET, self.ticket)
        )

    async def _shown(self, voided: Sequence[str] | Absent) -> NumbersShown:
        found = await self.numbers.uses()
        return NumbersShown(
            voided=voided,
            blocks=[_block(use) for use in found],
            remaining={
                kind.value: sum(u.remaining for u in found if u.block.series.kind is kind)
                for kind in NumberKind
            },
        )


def _block(use: Use) -> BlockShown:
    series = use.block.series
    return BlockShown(
        block=use.block.id.hex(),
        kind=series.kind.value,
        issuer=series.issuer,
        year=series.year,
        first=use.block.first,
        last=use.block.last,
        next=use.next if use.remaining else None,
        issued=use.issued,
        used=use.used,
        voided=use.voided,
        remaining=use.remaining,
        voids=[VoidedRun(first=r.first, last=r.last, reason=r.reason) for r in use.runs],
    )
