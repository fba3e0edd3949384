"""Cards for people: listed, answered, looked into, appealed against; none is ever taken away.

Source: docs/clocks.md, "Cards".
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.supervision import queries
from central.county.supervision.calls import (
    CardShown,
    CardsShown,
    Fired,
    Given,
    LightShown,
    ListCards,
    Overview,
    Said,
    Wall,
    WallLine,
)
from central.county.supervision.models import CardRow, LightRow, WordRow
from central.county.supervision.rules import Rule, Rung, read_rules, rules_text, yellow_text
from central.county.supervision.words import APPEAL_WORDS, STATE_WORDS
from central.store.engine import Store
from protocol.casework.lights import ORDER, USUAL, Light, Thresholds
from protocol.errors.supervision import CardStateError, CardUnknownError
from protocol.ports import Clock
from protocol.trust.schedule import local_time

MAX_LISTED = 200  # cards or cases on one page
MAX_ON_WALL = 12  # cases: what can be read from a few metres
_WEEK = timedelta(days=7)

_FROM: Mapping[str, frozenset[str]] = {
    "replied": frozenset({"open"}),
    "verified": frozenset({"replied"}),
    "returned": frozenset({"replied"}),
}
_TO: Mapping[str, str] = {"replied": "replied", "verified": "verified", "returned": "open"}
_APPEAL_FROM: Mapping[str, str] = {"appealed": "", "upheld": "appealed", "rejected": "appealed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """The cards of one county."""

    store: Store
    clock: Clock
    rules: Callable[[AsyncSession], Awaitable[Sequence[Rule]]]  # that count now
    yellow: Callable[[AsyncSession], Awaitable[Thresholds]]  # when it begins

    async def list(self, wanted: ListCards) -> CardsShown:
        """A page of cards, the newest first, and the cases with a light that asks for somebody."""
        limit = min(max(wanted.limit, 1), MAX_LISTED)
        asked = queries.CardFilter(
            state=wanted.state,
            rung=wanted.rung,
            department=wanted.department,
            month=wanted.month,
            before=wanted.before,
        )

        async def work(session: AsyncSession) -> CardsShown:
            rows = await queries.cards(session, asked, limit)
            return CardsShown(
                cards=[_shown(row) for row in rows],
                more=rows[-1].id if len(rows) == limit else 0,
            )

        return await self.store.transact(work)

    async def show(self, number: int) -> CardShown:
        """One card with all that was said to it.

        Raises:
            CardUnknownError: no such card.
        """

        async def work(session: AsyncSession) -> CardShown:
            row = await queries.card(session, number)
            if row is None:
                raise CardUnknownError(str(number))
            return _shown(row, await queries.words(session, number))

        return await self.store.transact(work)

    async def say(self, number: int, kind: str, words: str, by: str) -> CardShown:
        """Say something to a card: a reply, what was found, an appeal, what became of it.

        Raises:
            CardUnknownError: no such card.
            CardStateError: this can't be said to it now.
        """

        async def work(session: AsyncSession) -> CardShown:
            row = await queries.card(session, number, held=True)
            if row is None:
                raise CardUnknownError(str(number))
            _move(row, kind)
            said = await queries.words(session, number)
            values = {
                "card": number,
                "n": len(said) + 1,
                "kind": kind,
                "by_name": by,
                "at_ms": self.clock.now_ms(),
                "words": words,
            }
            await queries.say(session, values)
            await session.flush()
            return _shown(row, await queries.words(session, number))

        return await self.store.transact(work)

    async def overview(self, month: str) -> Overview:
        """Counts alone: lights now, cards of a month, rules of the last seven days."""

        async def work(session: AsyncSession) -> Overview:
            lights = await queries.lights(session)
            since = self.clock.now_ms() - int(_WEEK.total_seconds() * 1000)
            fired = await queries.fired(session, since)
            late = [
                row
                for light in reversed(ORDER[ORDER.index(Light.YELLOW) :])
                for row in await queries.lit(session, light.value, MAX_LISTED)
            ]
            wanted = month or f"{local_time(self.clock.now_ms()):%Y-%m}"
            return Overview(
                month=wanted,
                lights={light.value: lights.get(light.value, 0) for light in ORDER},
                given=[
                    Given(department=one[0], post=one[1], rung=one[2], count=one[3], upheld=one[4])
                    for one in await queries.given(session, wanted)
                ],
                fired=[
                    Fired(rule=rule.id, word=rule.word, rung=at.rung.value,
                          count=fired.get((rule.id, at.rung.value), 0))
                    for rule in await self.rules(session)
                    for at in rule.rungs
                ],
                late=[_lit(row) for row in late[:MAX_LISTED]],
            )  # fmt: skip

        return await self.store.transact(work)

    async def lights(self) -> Mapping[str, int]:
        """How many open cases have which light."""

        async def work(session: AsyncSession) -> Mapping[str, int]:
            lights = await queries.lights(session)
            return {light.value: lights.get(light.value, 0) for light in ORDER}

        return await self.store.transact(work)

    async def wall(self) -> Wall:
        """What may hang where everybody sees it: its own queries read nothing else."""
        now_ms = self.clock.now_ms()
        late = [light.value for light in (Light.DEEP_RED, Light.RED)]

        async def work(session: AsyncSession) -> Wall:
            lights = await queries.lights(session)
            given = await queries.given_by_rung(session, f"{local_time(now_ms):%Y-%m}")
            lines = [
                one
                for light in late
                for one in await queries.late_lines(session, [light], MAX_ON_WALL)
            ]
            return Wall(
                now_ms=now_ms,
                lights={light.value: lights.get(light.value, 0) for light in ORDER},
                given={rung.value: given.get(rung.value, 0) for rung in Rung},
                late=[
                    WallLine(number=f"****{end}", light=light, due=due, department=department)
                    for end, light, due, department in lines[:MAX_ON_WALL]
                ],
            )

        return await self.store.transact(work)

    async def given(
        self, session: AsyncSession, month: str
    ) -> Sequence[tuple[str, str, str, int, int]]:
        """Of a month, by department and post: rung, how many, and how many appeals were upheld.

        Joins the transaction.
        """
        return await queries.given(session, month)

    async def of_month(self, month: str) -> Sequence[CardShown]:
        """Every card of a month with what was said to it, the oldest first."""

        async def work(session: AsyncSession) -> Sequence[CardShown]:
            rows = await queries.cards_of_month(session, month)
            return [_shown(row, await queries.words(session, row.id)) for row in rows]

        return await self.store.transact(work)

    async def of_case(self, session: AsyncSession, key: Key) -> Sequence[CardShown]:
        """Every card of a case with what was said to it, the oldest first."""
        rows = await queries.cards_of_case(session, key)
        return [_shown(row, await queries.words(session, row.id)) for row in rows]

    async def rules_now(self) -> Sequence[Rule]:
        """The rules that count."""
        return await self.store.transact(self.rules)

    async def set_rules(self, raw: bytes) -> Sequence[Rule]:
        """Let these rules count from now on; empty: the usual ones again.

        Raises:
            UsageError: they are none.
        """
        text = rules_text(read_rules(raw)) if raw.strip() else ""

        async def work(session: AsyncSession) -> Sequence[Rule]:
            await queries.keep(session, rules=text)
            return await self.rules(session)

        return await self.store.transact(work)

    async def yellow_now(self) -> Thresholds:
        """When yellow begins."""
        return await self.store.transact(self.yellow)

    async def set_yellow(self, yellow: Thresholds) -> Thresholds:
        """Let yellow begin then from now on; each case is looked at again at once."""
        text = "" if yellow == USUAL else yellow_text(yellow)

        async def work(session: AsyncSession) -> Thresholds:
            await queries.keep(session, yellow=text)
            await queries.mark_all(session)
            return yellow

        return await self.store.transact(work)


def _move(row: CardRow, kind: str) -> None:
    """Move a card on by what is said to it."""
    if kind in _APPEAL_FROM:
        if row.state == "told" or row.appeal != _APPEAL_FROM[kind]:
            raise CardStateError(f"{row.id} {APPEAL_WORDS[row.appeal] or STATE_WORDS[row.state]}")
        row.appeal = kind
    elif row.state in _FROM[kind]:
        row.state = _TO[kind]
    else:
        raise CardStateError(f"{row.id} {STATE_WORDS[row.state]}")


def _shown(row: CardRow, said: Sequence[WordRow] = ()) -> CardShown:
    return CardShown(
        card=row.id,
        case=row.number,
        item=row.item,
        item_type=row.item_type,
        rule=row.rule,
        rung=row.rung,
        words=row.words,
        department=row.department,
        post=row.post,
        given_ms=row.given_ms,
        month=row.month,
        state=row.state,
        appeal=row.appeal,
        said=[
            Said(kind=one.kind, by=one.by_name, at_ms=one.at_ms, words=one.words) for one in said
        ],
    )


def _lit(row: LightRow) -> LightShown:
    return LightShown(
        case=row.number,
        item=row.item,
        light=row.light,
        what=row.what,
        by_transport=row.by_transport,
        due=row.due,
        department=row.department,
        post=row.post,
    )
