"""The way of one application, stop by stop: when, and whose signature proves it.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from protocol.codec import unpack
from protocol.envelope.keys import Signed
from protocol.envelope.payloads import Statement
from protocol.errors import ApplicationUnknownError
from protocol.ids import ApplicationId
from protocol.records.followups import Said, Telling
from station_agent.inbox.results import follow_up_context
from station_agent.store import applications, follow_ups, outbox
from station_agent.store.applications import ApplicationView
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import slips
from station_agent.store.vault import OpenVault

_TELLING = str(Telling.__struct_config__.tag)


class Step(Enum):
    """A stop on the way."""

    SAVED = "saved"
    PRINTED = "printed"
    CUSTODY = "custody"
    NOTICE = "notice"
    RECEIVED = "received"
    COMPLETE = "complete"
    SAFE = "safe"
    ANSWERED = "answered"
    TOLD = "told"
    FOLLOWED = "followed"  # something was sent after it
    FOLLOWED_RECEIVED = "followed-received"
    FOLLOWED_REFUSED = "followed-refused"


class By(Enum):
    """Who says so."""

    STATION = "station"
    PARENT = "parent"
    COUNTY = "county"
    CLERK = "clerk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One of them."""

    step: Step
    by: By
    at_ms: int | None  # by the clock of whoever says so; None: not written down
    signed: bool  # else it is only noted here
    detail: str = ""  # case number, code of a notice, name of a clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainService:
    """Tells the whole way."""

    database: Database

    async def stops(self, application: ApplicationId, vault: OpenVault) -> list[Stop]:
        """Every stop that is known here, in the order of the way.

        Raises:
            ApplicationUnknownError: no such application here.
        """
        return await self.database.read(lambda tx: _stops(tx, application, vault))


def _stops(tx: Transaction, application: ApplicationId, vault: OpenVault) -> list[Stop]:
    view = applications.view(tx, application)
    if view is None:
        raise ApplicationUnknownError(application)
    return [
        *_here(tx, view),
        *_on_the_way(tx, view),
        *_county(tx, view),
        *_told(tx, view, vault),
        *_followed(tx, view),
    ]


def _here(tx: Transaction, view: ApplicationView) -> Iterator[Stop]:
    if view.envelope is not None:
        detail = view.envelope.hex()
        yield Stop(step=Step.SAVED, by=By.STATION, at_ms=view.saved_ms, signed=True, detail=detail)
    for copy in slips.copies(tx, view.application):
        yield Stop(
            step=Step.PRINTED, by=By.CLERK, at_ms=copy.at_ms, signed=False, detail=copy.clerk
        )


def _on_the_way(tx: Transaction, view: ApplicationView) -> Iterator[Stop]:
    if view.envelope is not None and outbox.is_in_custody(tx, view.envelope):
        yield Stop(step=Step.CUSTODY, by=By.PARENT, at_ms=None, signed=False)
    if view.notice is not None:
        notice = view.notice
        yield Stop(
            step=Step.NOTICE, by=By.PARENT, at_ms=notice.at_ms, signed=True, detail=notice.code
        )


def _county(tx: Transaction, view: ApplicationView) -> Iterator[Stop]:
    receipt = view.receipt
    if receipt is not None:
        yield Stop(
            step=Step.RECEIVED,
            by=By.COUNTY,
            at_ms=receipt.at_ms,
            signed=True,
            detail=receipt.case,
        )
        if receipt.state in (Step.COMPLETE.value, Step.SAFE.value):
            signed = applications.newest_statement(tx, view.envelope or b"")
            body = unpack(unpack(signed, Signed).body, Statement)
            step = Step(receipt.state)
            yield Stop(step=step, by=By.COUNTY, at_ms=body.at_ms, signed=True)
    if view.result is not None:
        at_ms = applications.result_ms(tx, view.application)
        yield Stop(step=Step.ANSWERED, by=By.COUNTY, at_ms=at_ms, signed=True)


def _told(tx: Transaction, view: ApplicationView, vault: OpenVault) -> Iterator[Stop]:
    for one in follow_ups.views(tx, view.application):
        if one.about == _TELLING:
            context = follow_up_context(one.follow_up)
            said = vault.take_out(context, one.sealed, Said) if one.sealed else None
            clerk = said.clerk if said else ""
            yield Stop(step=Step.TOLD, by=By.CLERK, at_ms=one.saved_ms, signed=True, detail=clerk)


def _followed(tx: Transaction, view: ApplicationView) -> Iterator[Stop]:
    """What was sent after it, each with its own proof."""
    for one in follow_ups.views(tx, view.application):
        if one.about == _TELLING:
            continue  # as the clerk did it
        yield Stop(
            step=Step.FOLLOWED, by=By.STATION, at_ms=one.saved_ms, signed=True, detail=one.about
        )
        if one.code is not None:
            yield Stop(
                step=Step.FOLLOWED_REFUSED, by=By.COUNTY, at_ms=None, signed=True, detail=one.about
            )
        elif one.received_ms is not None:
            yield Stop(
                step=Step.FOLLOWED_RECEIVED,
                by=By.COUNTY,
                at_ms=one.received_ms,
                signed=True,
                detail=one.about,
            )
