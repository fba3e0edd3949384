"""An item: one service that the county offers, with all that is written of it.

Source: docs/catalogue.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from protocol.catalogue.fees.rule import FeeRule, read_rules
from protocol.catalogue.fields import faults_of
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.bounds import (
    MAX_ALIASES,
    MAX_ANSWERS,
    MAX_BASES,
    MAX_CONDITIONS,
    MAX_EXAMPLES,
    MAX_LINE_CHARS,
    MAX_NAME_CHARS,
    MAX_NODES,
    MAX_PAPERS,
    MAX_QUESTIONS,
    MAX_SPECIAL,
    MAX_TEXT_CHARS,
    MIN_QUESTIONS,
)
from protocol.catalogue.items.handling import Handling
from protocol.catalogue.items.kinds import CASE_TYPES, LEVELS, SERVED, TYPE_NAMES, TYPES
from protocol.catalogue.items.materials import Group, Material, PaperRule, require_apart
from protocol.catalogue.items.parts import (
    Answer,
    Basis,
    Codes,
    ExampleApplication,
    FlowNode,
    Limits,
    Owner,
    Publicity,
    Question,
    Result,
    Sensitive,
    Special,
)
from protocol.catalogue.items.records import Count, Key, Record, rule_of
from protocol.catalogue.items.rules import WRONG, Code, IllegalError, Listed, Place, Text, Whole
from protocol.errors import CatalogueError
from protocol.limits import MAX_COUNT
from protocol.records.taken_in import Mode


class SchemaRule:
    """Reads the form of an item."""

    def read(self, raw: object, place: Place) -> object:
        """A FormSchema, or WRONG."""
        return (
            FormSchema(raw)
            if isinstance(raw, dict)
            else place.fault("schema", "应是 JSON Schema：{ … }")
        )

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is one."""
        if not isinstance(value, FormSchema):
            raise IllegalError("不是表单")


class FeesRule:
    """Reads the fee rules of an item."""

    def read(self, raw: object, place: Place) -> object:
        """All rules, or WRONG."""
        try:
            return read_rules(raw, place.path)
        except CatalogueError as exc:
            for at, reason in faults_of(exc, place.path):
                place.elsewhere(at).fault("fee", reason)
            return WRONG

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is a list of rules."""
        if not isinstance(value, tuple) or not all(isinstance(one, FeeRule) for one in value):
            raise IllegalError("不是收费规则")


class ConditionsRule:
    """Reads the conditions of an item: a list, or one text."""

    def read(self, raw: object, place: Place) -> object:
        """All conditions, or WRONG."""
        return _CONDITIONS.read([raw] if isinstance(raw, str) else raw, place)

    def check(self, value: object) -> None:
        """Raise IllegalError unless it is a list of texts."""
        _CONDITIONS.check(value)


_CONDITIONS = rule_of(
    Annotated[tuple[Annotated[str, Text(MAX_TEXT_CHARS, lines=True)], ...], Count(MAX_CONDITIONS)]
)

Name = Annotated[str, Text(MAX_NAME_CHARS)]
Line = Annotated[str, Text(MAX_LINE_CHARS)]
Paper = Material | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """One service in the catalogue."""

    OPEN = True
    ACTED_ON = frozenset({"id", "name", "version", "schema", "materials", "urgent"})

    id: Annotated[str, Code()]
    name: Name
    schema: Annotated[FormSchema, SchemaRule()] = field(repr=False)
    papers: Annotated[
        tuple[Annotated[Paper, PaperRule()], ...], Count(MAX_PAPERS), Key("materials")
    ]
    note: Annotated[str, Text(MAX_LINE_CHARS)] = ""  # to whoever works with it
    version: Annotated[int, Whole(1, MAX_COUNT - 1)] = 1  # set at publishing
    codes: Codes = Codes()  # noqa: RUF009 - frozen
    type: Annotated[str, Listed(TYPES, TYPE_NAMES, digits=2, open=True)] = ""  # annex A.1
    level: Annotated[str, Listed(LEVELS)] = ""  # annex A.2: who decides
    department: Annotated[str, Text(MAX_NAME_CHARS)] = ""
    owner: Owner | None = None
    aliases: Annotated[tuple[Name, ...], Count(MAX_ALIASES)] = ()  # 俗称
    legal_basis: Annotated[tuple[Basis, ...], Count(MAX_BASES)] = ()
    conditions: Annotated[tuple[str, ...], ConditionsRule()] = ()
    served: Annotated[tuple[Annotated[str, Listed(SERVED)], ...], Count(len(SERVED))] = ()
    case_type: Annotated[str, Listed(CASE_TYPES)] = ""  # annex A.6
    questions: Annotated[tuple[Question, ...], Count(MAX_QUESTIONS, MIN_QUESTIONS)] = ()
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    special: Annotated[tuple[Special, ...], Count(MAX_SPECIAL)] = ()
    handling: Handling = Handling()  # noqa: RUF009 - frozen
    flow: Annotated[tuple[FlowNode, ...], Count(MAX_NODES)] = ()  # in this order
    result: Result | None = None
    mode: Mode | None = None
    second_check: bool = False  # a second clerk looks at each application before it is handed in
    publicity: Publicity | None = None
    sensitive: Sensitive | None = None
    urgent: bool = False  # travels in the urgent lane
    bulk: bool = False  # may be decided many at once
    contact: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    complaint: Annotated[str, Text(MAX_LINE_CHARS)] = ""
    faq: Annotated[tuple[Answer, ...], Count(MAX_ANSWERS)] = ()
    examples: Annotated[tuple[ExampleApplication, ...], Count(MAX_EXAMPLES)] = ()
    fee_rules: Annotated[tuple[FeeRule, ...], FeesRule()] = ()
    starts_on: Annotated[date | None, Key("from")] = None  # by trusted time
    ends_on: Annotated[date | None, Key("until")] = None  # the last day
    drafts_until: date | None = None  # until when forms begun under an older version are taken

    def check_together(self) -> None:
        """Ids differ, and days are in order."""
        require_apart((one.id, f"questions[{n}].id") for n, one in enumerate(self.questions))
        require_apart((one.id, f"flow[{n}].id") for n, one in enumerate(self.flow))
        require_apart(self._paper_ids())
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise IllegalError("早于 from（开始办理日期）", "until")

    @property
    def materials(self) -> tuple[Material, ...]:
        """Every paper that may be attached, those of groups too, without promises."""
        return tuple(one for paper in self.papers for one in members_of(paper))

    @property
    def public_name(self) -> str:
        """What it is called on slips, posters and screens, and by telephone."""
        return self.sensitive.name if self.sensitive else self.name

    def material(self, name: str) -> Material | None:
        """The material with this id, or with this name if it is given in Chinese.

        Promises are materials of their own (``id-card.later``).
        """
        every = self.materials
        promises = (promise for one in every for promise in one.promises())
        return next((m for m in (*every, *promises) if name in (m.id, m.name)), None)

    def _paper_ids(self) -> Iterator[tuple[str, str]]:
        """Every id that an attachment may not share, with its place."""
        for number, paper in enumerate(self.papers):
            at = f"materials[{number}]"
            if isinstance(paper, Group):
                yield paper.group, f"{at}.group"
            for order, one in enumerate(members_of(paper)):
                here = f"{at}.one_of[{order}]" if isinstance(paper, Group) else at
                yield one.id, f"{here}.id"
                yield from ((promise.id, here) for promise in one.promises())


def members_of(paper: Paper) -> tuple[Material, ...]:
    """The material itself, or those of a group."""
    return paper.one_of if isinstance(paper, Group) else (paper,)
