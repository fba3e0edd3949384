"""From a template and facts to the words of a document, before anything is drawn.

Source: docs/documents.md, "Templates".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from central.county.documents.drawing.facts import DocumentFacts, day_words
from protocol.catalogue.templates.kinds import REQUIRED, SLOTS, DocumentKind
from protocol.catalogue.templates.template import Template, pieces_of, slots_of
from protocol.errors.documents import FactMissingError

Words = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """All that one document says, line by line."""

    header: str
    title: str
    number: str
    paragraphs: tuple[str, ...]
    signed: str  # whose it is
    day: str

    @property
    def text(self) -> str:
        """All of it, for whoever looks for a character."""
        return "\n".join((self.header, self.title, self.number, *self.paragraphs, self.signed))


def number_text(template: Template, short_name: str, day: date, serial: int) -> str:
    """The number of a document: 样民受字〔2026〕第 12 号."""
    words = {"简称": short_name, "年份": str(day.year), "序号": str(serial)}
    return _filled(template.number, words)


def compose(kind: DocumentKind, template: Template, facts: DocumentFacts, number: str) -> Composed:
    """The words of a document.

    A paragraph that names a fact which is not known is left out, unless something stands in it
    that this kind of document must say.

    Raises:
        FactMissingError: what is lacking is named.
    """
    words = {**facts.words(), "文号": number}
    if missing := [slot for slot in sorted(REQUIRED[kind]) if not words[slot]]:
        raise FactMissingError("、".join(missing))
    return Composed(
        header=_filled(template.header, words),
        title=_filled(template.title, words),
        number=number,
        paragraphs=tuple(line for text in template.body for line in _lines(kind, text, words)),
        signed=facts.department,
        day=day_words(facts.day),
    )


def _lines(kind: DocumentKind, text: str, words: Words) -> Iterator[str]:
    """The lines of one paragraph; none if a fact of it is not known."""
    slots = slots_of(text)
    if missing := [slot for slot in slots if not words.get(slot)]:
        is_newer = any(slot not in words for slot in missing)
        if is_newer or REQUIRED[kind] & set(slots):
            raise FactMissingError("、".join(missing))
        return
    if len(slots) == 1 and SLOTS[slots[0]].is_list:
        yield from (f"{n}. {line}" for n, line in enumerate(words[slots[0]], 1))
        return
    yield from _filled(text, words).split("\n")


def _filled(text: str, words: Words) -> str:
    return "".join(f"{before}{words[slot] if slot else ''}" for before, slot in pieces_of(text))
