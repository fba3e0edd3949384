"""Supervision for whoever may: rights, the record, and the table for the province.

A handler answers and appeals; whoever reads the record (the auditor) says whether an answer is
good, what becomes of an appeal, and which rules count. Source: docs/clocks.md, "Cards".
"""

import re
from collections.abc import Sequence
from dataclasses import asdict

from central.accounts.roles import Right
from central.county.supervision.calls import (
    EXPORT,
    LIST,
    OVERVIEW,
    SAY,
    SET_RULES,
    SET_YELLOW,
    SHOW,
    SHOW_RULES,
    SHOW_YELLOW,
    CardShown,
    CardsShown,
    ExportCards,
    Exported,
    ListCards,
    Overview,
    RulesShown,
    SayToCard,
    SetRules,
    SetYellow,
    ShowCard,
    ShowOverview,
    Wall,
    Yellow,
)
from central.county.supervision.cards import Cards
from central.county.supervision.export import COLUMNS, row_of
from central.county.supervision.rules import Rule, yellow_of
from central.county.supervision.words import KIND_WORDS
from protocol.casework.lights import USUAL
from protocol.errors import UsageError
from protocol.errors.supervision import CardOwnError, CardWordsError
from protocol.json_values import to_json
from protocol.limits import MAX_NOTE_CHARS
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.record import Record

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")

BY_HANDLER = frozenset({"replied", "appealed"})
"""What a department says to a card; all else is the supervisor's word."""

_AFTER = {
    "verified": "replied",
    "returned": "replied",
    "upheld": "appealed",
    "rejected": "appealed",
}


class SupervisionOperations:
    """The supervision of one county."""

    def __init__(self, cards: Cards, record: Record) -> None:
        self._cards, self._record = cards, record

    async def list(self, actor: Actor, wanted: ListCards, _: Report = silent) -> CardsShown:
        """A page of cards. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return await self._cards.list(wanted)

    async def show(self, actor: Actor, wanted: ShowCard, _: Report = silent) -> CardShown:
        """One card. Raises LoginForbiddenError, CardUnknownError."""
        actor.require(Right.LOOK)
        return await self._cards.show(wanted.card)

    async def say(self, actor: Actor, wanted: SayToCard, _: Report = silent) -> CardShown:
        """Say something to a card.

        Raises:
            LoginForbiddenError: that is another's word.
            CardWordsError: nothing, or too much, is said.
            CardOwnError: it was the same person who answered or appealed.
            CardUnknownError, CardStateError: as Cards.say.
        """
        detail = {"kind": wanted.kind, "as": wanted.by}
        async with self._record.action(actor, SAY.name, subject=str(wanted.card), detail=detail):
            if wanted.kind not in KIND_WORDS:
                raise UsageError(f"不认识的办法：{wanted.kind[:20]}")
            actor.require(Right.CASES if wanted.kind in BY_HANDLER else Right.RECORD)
            words, by = wanted.words.strip(), wanted.by or actor.name
            if not 0 < len(words) <= MAX_NOTE_CHARS:
                raise CardWordsError(f"{len(words)}")
            if actor.rights is not None:
                by = actor.name
            before = await self._cards.show(wanted.card)
            last = [one.by for one in before.said if one.kind == _AFTER.get(wanted.kind)]
            if last and last[-1] == by:
                raise CardOwnError(by)
            return await self._cards.say(wanted.card, wanted.kind, words, by)

    async def overview(self, actor: Actor, wanted: ShowOverview, _: Report = silent) -> Overview:
        """Counts. Raises LoginForbiddenError; UsageError: there is no such month."""
        actor.require(Right.LOOK)
        _require_month(wanted.month)
        return await self._cards.overview(wanted.month)

    async def wall(self, actor: Actor) -> Wall:
        """For a screen that everybody sees. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return await self._cards.wall()

    async def export(self, actor: Actor, wanted: ExportCards, _: Report = silent) -> Exported:
        """The national table of a month. Raises LoginForbiddenError; UsageError: no such month."""
        async with self._record.action(actor, EXPORT.name, subject=wanted.month[:7]):
            actor.require(Right.LOOK)
            _require_month(wanted.month)
            rows = await self._cards.of_month(wanted.month)
            return Exported(columns=COLUMNS, rows=[row_of(one) for one in rows])

    async def rules(self, actor: Actor, _: Nothing, __: Report = silent) -> RulesShown:
        """The rules that count. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return _rules_shown(await self._cards.rules_now())

    async def set_rules(self, actor: Actor, wanted: SetRules, _: Report = silent) -> RulesShown:
        """Other rules. Raises LoginForbiddenError, UsageError."""
        async with self._record.action(actor, SET_RULES.name):
            actor.require(Right.RECORD)
            return _rules_shown(await self._cards.set_rules(wanted.rules.encode()))

    async def yellow(self, actor: Actor, _: Nothing, __: Report = silent) -> Yellow:
        """When yellow begins. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        return Yellow(**asdict(await self._cards.yellow_now()))

    async def set_yellow(self, actor: Actor, wanted: SetYellow, _: Report = silent) -> Yellow:
        """Another beginning of it. Raises LoginForbiddenError, UsageError."""
        now = asdict(USUAL if wanted.usual else await self._cards.yellow_now())
        said = {} if wanted.usual else asdict(wanted)
        new = {name: now[name] if said.get(name) is None else said[name] for name in now}
        async with self._record.action(actor, SET_YELLOW.name, detail=new):
            actor.require(Right.RECORD)
            return Yellow(**asdict(await self._cards.set_yellow(yellow_of(**new))))

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(LIST, self.list),
            Handler(SHOW, self.show),
            Handler(SAY, self.say),
            Handler(OVERVIEW, self.overview),
            Handler(EXPORT, self.export),
            Handler(SHOW_RULES, self.rules),
            Handler(SET_RULES, self.set_rules),
            Handler(SHOW_YELLOW, self.yellow),
            Handler(SET_YELLOW, self.set_yellow),
        )


def _require_month(text: str) -> None:
    if text and not _MONTH.fullmatch(text):
        raise UsageError(f"月份应写成 2027-01：{text[:20]}")


def _rules_shown(rules: Sequence[Rule]) -> RulesShown:
    return RulesShown(rules=to_json(list(rules)))
