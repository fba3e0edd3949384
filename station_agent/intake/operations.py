"""Handing in and asking of the catalogue, by command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.catalogue.fees.told import ItemFee
from protocol.errors import YizhanError
from protocol.ids import ApplicationId
from protocol.json_values import ABSENT
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.done import Done
from runtime.control.owner import Operation, Report
from station_agent.intake.calls import (
    FEE,
    ITEM,
    ITEMS,
    SUBMIT,
    SUBMIT_MANY,
    AskFee,
    FindItems,
    HandedIn,
    ItemsFound,
    ItemShown,
    LineAnswer,
    ShowItem,
    Submission,
    SubmitMany,
)
from station_agent.intake.names import names_of
from station_agent.store import applications, numbers
from station_agent.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.service import IntakeService


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOperations:
    """What a clerk may ask about applying; an idle agent does without the rules behind it."""

    database: Database
    intake: Callable[[], "IntakeService"]
    questions: Callable[[], "ItemQuestions"]

    async def submit(self, _: Actor, wanted: Submission, report: Report = silent) -> HandedIn:
        """Take in one application; raises as :meth:`IntakeService.submit`."""
        own = await self.intake().submit(wanted, lambda done, total: report(Done(done, total)))
        numbered = await self._numbers([own])
        return HandedIn(application=own, number=numbered.get(own, ABSENT))

    async def submit_many(
        self, _: Actor, wanted: SubmitMany, __: Report = silent
    ) -> list[LineAnswer]:
        """An answer for each, whatever is wrong with another."""
        errors = await self.intake().submit_all(wanted.applications)
        own = [one.application for one in wanted.applications]
        numbered = await self._numbers(own)
        return [_answer(one, error, numbered) for one, error in zip(own, errors, strict=True)]

    async def items(self, _: Actor, wanted: FindItems, __: Report = silent) -> ItemsFound:
        """The items that fit a text, or all. Raises CatalogueMissingError."""
        return await self.questions().items(wanted.text)

    async def recent_items(self, most: int) -> list[str]:
        """The codes of the items that were applied for here last, the newest first."""
        return await self.database.read(lambda tx: applications.recent_items(tx, most))

    async def names(self) -> "Mapping[str, str]":
        """What each item is called on a screen that others may see, by its code."""
        return await self.database.read(names_of)

    async def item(self, _: Actor, wanted: ShowItem, __: Report = silent) -> ItemShown:
        """One item. Raises CatalogueMissingError, ItemUnknownError."""
        return await self.questions().item(wanted.item)

    async def fee(self, _: Actor, wanted: AskFee, __: Report = silent) -> ItemFee:
        """What an item costs. Raises as :meth:`ItemQuestions.fee`."""
        return await self.questions().fee(wanted.item, wanted.facts, wanted.day)

    async def _numbers(self, own: Sequence[ApplicationId]) -> "Mapping[ApplicationId, str]":
        return await self.database.read(lambda tx: numbers.of_applications(tx, own))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(SUBMIT, self.submit),
            Handler(SUBMIT_MANY, self.submit_many),
            Handler(ITEMS, self.items),
            Handler(ITEM, self.item),
            Handler(FEE, self.fee),
        )


def _answer(
    own: ApplicationId, error: YizhanError | None, numbered: "Mapping[ApplicationId, str]"
) -> LineAnswer:
    if error is not None:
        return LineAnswer.refused(error)
    return LineAnswer(application=own, number=numbered.get(own, ABSENT))
