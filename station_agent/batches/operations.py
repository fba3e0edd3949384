"""The batches of a station, by command.

Source: docs/operations.md, "Market day".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.batches.calls import (
    BATCH,
    BATCH_ADD,
    BATCH_HAND_IN,
    BATCHES,
    AddBatch,
    BatchHandedIn,
    BatchListed,
    BatchShown,
    HandInBatch,
    OfBatch,
    RowShown,
    SaveCommon,
    ShowBatches,
    WrongInRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from station_agent.batches.handing_in import BatchHandingIn
    from station_agent.batches.rows import Row
    from station_agent.clerks.unlocking import Opened


@dataclass(frozen=True, slots=True)
class BatchOperations:
    """What a clerk may ask about batches; an idle agent does without the rules behind it."""

    handing_in: "Callable[[], BatchHandingIn]"

    async def batches(
        self, _: Actor, wanted: ShowBatches, __: Report = silent
    ) -> list[BatchListed]:
        """All of them. Raises LockedError, PasswordWrongError, ClerkWaitError."""
        service = self.handing_in().batches
        opened = await service.drafts.unlocking.unlock(wanted)
        return list(await service.listed(opened))

    async def batch(self, _: Actor, wanted: OfBatch, __: Report = silent) -> BatchShown:
        """One of them. Raises as :meth:`BatchService.find`, and if the vault stays shut."""
        opened = await self.handing_in().batches.drafts.unlocking.unlock(wanted)
        return await self._shown(opened, wanted.batch)

    async def add(self, actor: Actor, wanted: AddBatch, __: Report = silent) -> BatchShown:
        """A new one with rows, or more rows. Raises as the service does."""
        service = self.handing_in().batches
        opened = await service.drafts.unlocking.unlock(wanted)
        common = SaveCommon(batch=wanted.batch, item=wanted.item, texts=wanted.common)
        await service.save_common(actor, opened, common)
        await service.paste(actor, opened, wanted.batch, wanted.rows)
        return await self._shown(opened, wanted.batch)

    async def hand_in(
        self, actor: Actor, wanted: HandInBatch, report: Report = silent
    ) -> BatchHandedIn:
        """Hand in what can be. Raises as :meth:`BatchHandingIn.hand_in`."""
        handing_in = self.handing_in()
        opened = await handing_in.batches.drafts.unlocking.unlock(wanted)
        return await handing_in.hand_in(actor, opened, wanted.batch, wanted.day, report)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(BATCHES, self.batches),
            Handler(BATCH, self.batch),
            Handler(BATCH_ADD, self.add),
            Handler(BATCH_HAND_IN, self.hand_in),
        )

    async def _shown(self, opened: "Opened", batch: str) -> BatchShown:
        service = self.handing_in().batches
        found = await service.find(opened, batch)
        return BatchShown(
            batch=batch,
            item=found.content.item,
            name=found.content.name,
            common=found.content.common,
            columns=[one.name for one in found.columns],
            rows=[_row(row) for row in found.rows],
        )


def _row(row: "Row") -> RowShown:
    wrong = [
        WrongInRow(field=".".join(map(str, one.path)), words=one.short or one.words)
        for one in row.faults
    ]
    wrong += [WrongInRow(field="", words=f"缺材料：{name}") for name in row.papers]
    return RowShown(
        application=row.application,
        position=row.position,
        who=row.who,
        state=row.state,
        number=row.number,
        wrong=wrong,
        same_as=row.same_as,
        signed=row.signed,
    )
