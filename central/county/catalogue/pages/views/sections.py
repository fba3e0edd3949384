"""One item with all that is written of it, as sections for a page.

It reads the item as the file writes it, so that a draft with faults can be shown, too, and what
this program does not know is shown as it stands.

Source: docs/catalogue.md.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central.county.catalogue.pages.values import listed, mapping, objects, plain, text
from central.county.catalogue.pages.views.form_fields import fields_of, titles_of, when_words
from central.county.catalogue.pages.views.limits import limit_words
from central.county.catalogue.pages.views.papers import paper_rows
from central.county.catalogue.pages.views.prices import rule_rows
from central.county.catalogue.pages.views.words import (
    FIELDS,
    HEADS,
    MODES,
    SAID,
    SECTIONS,
    STARTS,
)
from protocol.catalogue.changes.terms import Language
from protocol.catalogue.documents import Document, Schema
from protocol.catalogue.items.handling import SILENCES
from protocol.catalogue.items.kinds import (
    CASE_TYPES,
    IN_NAMES,
    LEVELS,
    NODE_KINDS,
    SERVED,
    TIERS,
    TYPES,
    InName,
    NodeKind,
    Tier,
)

Words = Callable[[str], str]
Cell = tuple[str, ...]  # lines
_NODE_KINDS: Mapping[str, str] = {kind.value: words for kind, words in NODE_KINDS.items()}

_SILENCES: Mapping[str, str] = {one.value: words for one, words in SILENCES.items()}

_BASIC = ("id", "name", "version")
_DAYS = ("from", "until", "drafts_until")
_KNOWN = frozenset(
    (
        *(*_BASIC, *_DAYS, "sensitive", "aliases", "type", "level", "department", "owner"),
        *("case_type", "served", "mode", "second_check", "urgent", "bulk"),
        *("codes", "conditions", "questions"),
        *("materials", "limits", "handling", "special", "flow", "fee_rules", "publicity", "result"),
        *("legal_basis", "contact", "complaint", "faq", "schema", "examples", "must"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an item's page: facts, or a table."""

    key: str
    title: str
    facts: tuple[tuple[str, Cell], ...] = ()  # label, lines
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def sections_of(
    raw: Document,
    entries: Mapping[str, bytes],
    words: Words,
    today: date,
    language: Language = "zh",
) -> list[Section]:
    """Every section that has something to say.

    Args:
        entries: of the release or draft, for the library of materials.
        words: translates what is ours; what is the county's own stays as it is.
    """
    made = _Sections(raw, entries, words, today, language)
    return [one for one in made.every() if one.facts or one.rows]


@dataclass(frozen=True, slots=True)
class _Sections:
    raw: Document
    entries: Mapping[str, bytes]
    words: Words
    today: date
    language: Language

    def every(self) -> Iterator[Section]:
        """All of them, in the order of the page."""
        raw = self.raw
        yield self._facts("basic", self._basic())
        conditions = raw.get("conditions")
        every = [conditions] if isinstance(conditions, str) else listed(raw, "conditions")
        yield self._facts("conditions", [("conditions", tuple(map(plain, every)))])
        yield self._table("questions", ("ask", "refuse_if", "say"), self._questions())
        papers = paper_rows(raw, self.entries, self.words, self.language)
        yield self._table("materials", ("material", "paper", "upload", "notes"), papers)
        yield self._facts("limits", self._limits())
        yield self._facts("handling", self._handling())
        yield self._table(
            "special", ("special_name", "limit", "department", "basis"), self._special()
        )
        heads = ("node", "kind", "post", "limit", "authority", "procedure")
        yield self._table("flow", heads, self._flow())
        names = titles_of(mapping(raw, "schema"))
        fees = rule_rows(raw.get("fee_rules"), names, self.words, self.today)
        yield self._table("fees", ("rule", "collector", "period", "relief", "law"), fees)
        yield self._facts("publicity", self._publicity())
        result = mapping(raw, "result")
        of_result = [
            ("result_name", (text(result, "name"),)),
            *((key, (text(result, key),)) for key in ("kind", "sample")),
        ]
        yield self._facts("result", of_result)
        yield self._table("law", ("law", "clause", "text"), self._law())
        contact = [(key, (text(raw, key),)) for key in ("contact", "complaint")]
        yield self._facts("contact", contact)
        yield self._table("faq", ("question", "answer"), self._rows("faq", "question", "answer"))
        schema = mapping(raw, "schema")
        yield self._table("form", ("field", "title", "kind", "required"), self._form(schema))
        yield self._table("rules", ("when", "message"), self._form_rules(schema))
        yield self._table("examples", ("example", "expected"), self._examples())
        yield self._table("other", ("key", "value"), self._other())

    def _basic(self) -> Iterator[tuple[str, Cell]]:
        raw, say = self.raw, self.words
        yield from ((key, (text(raw, key),)) for key in _BASIC)
        yield "sensitive", (text(mapping(raw, "sensitive"), "name"),)
        yield "aliases", ("、".join(map(plain, listed(raw, "aliases"))),)
        yield "type", (_coded(raw, "type", TYPES, say),)
        yield "level", (_coded(raw, "level", LEVELS, say),)
        yield "department", (text(raw, "department"),)
        owner = mapping(raw, "owner")
        yield "owner", (text(owner, "name"),)
        day = text(owner, "review_by")
        late = f"（{say(SAID['overdue'])}）" if day and day < self.today.isoformat() else ""
        yield "review_by", (day + late,)
        yield "case_type", (_coded(raw, "case_type", CASE_TYPES, say),)
        served = listed(raw, "served")
        yield "served", ("、".join(say(SERVED.get(plain(one), plain(one))) for one in served),)
        mode = text(raw, "mode")
        yield "mode", (say(MODES.get(mode, mode)) if mode else "",)
        for key in ("second_check", "urgent", "bulk"):
            yield key, (self._yes(raw[key]) if key in raw else "",)
        yield from ((key, (text(raw, key),)) for key in _DAYS)
        yield from ((key, (plain(one),)) for key, one in mapping(raw, "codes").items())

    def _limits(self) -> Iterator[tuple[str, Cell]]:
        limits, say = mapping(self.raw, "limits"), self.words
        yield "legal", (limit_words(text(limits, "legal"), say),)
        yield "legal_basis", (text(limits, "legal_basis"),)
        yield "promised", (limit_words(text(limits, "promised"), say),)
        starts = text(limits, "starts")
        yield "starts", (say(STARTS.get(starts, starts)) if starts else "",)

    def _handling(self) -> Iterator[tuple[str, Cell]]:
        """All but what is the same in every item of the county that says nothing."""
        raw, say = mapping(self.raw, "handling"), self.words
        for key in ("accept", "correct", "extend", "papers", "tell", "deliver"):
            yield key, (limit_words(text(raw, key), say),)
        for key in ("by_default", "lapses"):
            yield key, (self._yes(raw[key]) if key in raw else "",)
        silence = text(raw, "silence")
        yield "silence", (say(_SILENCES.get(silence, silence)) if silence else "",)

    def _publicity(self) -> Iterator[tuple[str, Cell]]:
        publicity = mapping(self.raw, "publicity")
        titles = titles_of(mapping(self.raw, "schema"))
        yield "window", (limit_words(text(publicity, "window"), self.words),)
        shown = [plain(one) for one in listed(publicity, "fields")]
        yield "fields", ("、".join(titles.get(one, one) for one in shown),)
        if publicity:
            yield "counts", (self._yes(publicity.get("counts", False)),)
        yield "basis", (text(publicity, "basis"),)

    def _questions(self) -> Iterator[Sequence[Cell]]:
        for one in objects(self.raw, "questions"):
            yield (text(one, "ask"),), (self._yes(one.get("refuse_if")),), (text(one, "say"),)

    def _special(self) -> Iterator[Sequence[Cell]]:
        for one in objects(self.raw, "special"):
            limit = limit_words(text(one, "limit"), self.words)
            yield (text(one, "name"),), (limit,), (text(one, "department"),), (text(one, "basis"),)

    def _flow(self) -> Iterator[Sequence[Cell]]:
        for number, one in enumerate(objects(self.raw, "flow"), start=1):
            kind = text(one, "kind")
            yield (
                (f"{number}. {text(one, 'name')}",),
                (self.words(_NODE_KINDS.get(kind, kind)) if kind else "",),
                (text(one, "post"), *self._township(one)),
                (limit_words(text(one, "limit"), self.words),),
                (text(one, "authority"),),
                (text(one, "procedure"),),
            )

    def _township(self, node: Mapping[str, object]) -> Iterator[str]:
        """Which of its offices works there, and in whose name; nothing of the county's."""
        if node.get("tier") != Tier.TOWNSHIP:
            return
        yield f"{self.words(TIERS[Tier.TOWNSHIP])} {text(node, 'office')}".rstrip()
        if node.get("kind") == NodeKind.DECISION:
            own = node.get("in_name") == InName.TOWNSHIP
            yield self.words(IN_NAMES[InName.TOWNSHIP if own else InName.DEPARTMENT])

    def _law(self) -> Iterator[Sequence[Cell]]:
        for one in objects(self.raw, "legal_basis"):
            yield (
                (text(one, "law"), text(one, "number")),
                (text(one, "clause"),),
                (text(one, "text"),),
            )

    def _form(self, schema: Schema) -> Iterator[Sequence[Cell]]:
        for one in fields_of(schema, language=self.language):
            required = SAID["yes" if one.required else "no"]
            yield (one.path,), (one.title,), one.kind, (self.words(required),)

    def _form_rules(self, schema: Schema) -> Iterator[Sequence[Cell]]:
        titles = titles_of(schema)
        for one in objects(schema, "rules"):
            yield (when_words(one.get("when"), titles, self.language),), (text(one, "message"),)

    def _examples(self) -> Iterator[Sequence[Cell]]:
        for one in objects(self.raw, "examples"):
            expected = SAID["fits" if one.get("fits", True) else "refused"]
            yield (text(one, "name"),), (self.words(expected),)

    def _other(self) -> Iterator[Sequence[Cell]]:
        for key in sorted(self.raw.keys() - _KNOWN):
            value = self.raw[key]
            said = (
                plain(value)
                if not isinstance(value, dict | list)
                else json.dumps(value, ensure_ascii=False)
            )
            if said:
                yield (key,), (said,)

    def _rows(self, key: str, *parts: str) -> Iterator[Sequence[Cell]]:
        for one in objects(self.raw, key):
            yield tuple((text(one, part),) for part in parts)

    def _yes(self, value: object) -> str:
        return self.words(SAID["yes" if value is True else "no"])

    def _facts(
        self, key: str, facts: Iterator[tuple[str, Cell]] | Sequence[tuple[str, Cell]]
    ) -> Section:
        told = (
            (self.words(FIELDS.get(name, name)), tuple(line for line in lines if line))
            for name, lines in facts
        )
        return Section(
            key=key,
            title=self.words(SECTIONS[key]),
            facts=tuple((label, lines) for label, lines in told if lines),
        )

    def _table(self, key: str, heads: Sequence[str], rows: Iterator[Sequence[Cell]]) -> Section:
        return Section(
            key=key,
            title=self.words(SECTIONS[key]),
            heads=tuple(self.words(HEADS.get(head) or SAID[head]) for head in heads),
            rows=tuple(tuple(tuple(filter(None, cell)) for cell in row) for row in rows),
        )


def _coded(raw: Document, key: str, names: Mapping[str, str], say: Words) -> str:
    """A code with what it is called; a name without a code as it stands."""
    code = text(raw, key)
    return f"{say(names[code])}（{code}）" if code in names else code
