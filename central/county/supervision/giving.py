"""A card is given: once for each rung, whoever looks and however often."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.supervision import queries
from central.county.supervision.firing import Firing
from central.county.supervision.ports import Case
from central.county.supervision.rules import Rung
from protocol.trust.schedule import local_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The case that a card is about: nothing that says whose it is."""

    key: Key
    number: str
    item: str  # as it is called where others see it
    item_type: str  # annex A.1


def of_case(case: Case) -> Whose:
    """As a card names it."""
    return Whose(key=case.key, number=case.number, item=case.item, item_type=case.item_type)


async def give(session: AsyncSession, whose: Whose, one: Firing, now_ms: int) -> bool:
    """Give a card; False if it was given before. Joins the transaction."""
    values = {
        "station": whose.key[0],
        "application": whose.key[1],
        "rule": one.rule,
        "rung": one.rung.value,
        "subject": one.subject,
        "since": one.since,
        "words": one.words,
        "number": whose.number,
        "item": whose.item,
        "item_type": whose.item_type,
        "department": one.department,
        "post": one.post,
        "given_ms": now_ms,
        "month": f"{local_time(now_ms):%Y-%m}",
        "state": first_state(one.rung),
        "appeal": "",
    }
    return await queries.give(session, values) is not None


def first_state(rung: Rung) -> str:
    """Whether a card has to be answered."""
    return "told" if rung in {Rung.REMINDER, Rung.WARNING} else "open"
