"""What is to be corrected, marked on the form and on each paper, with words.

The words that are usual for a paper stand in the library of materials, by its versions
(docs/catalogue.md, ``faults``); words of one's own come beside them. All of it is told at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multidict import MultiMapping

from central.county.casework.calls import CaseShown
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Cell
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors.casework import StepFieldsError
from protocol.limits import MAX_FAULTS, MAX_FILES, MAX_REASON_CHARS
from runtime.web.numbers import whole_number

FIELD, PAPER = "field", "paper"
MARKED, USUAL_WORDS, OWN_WORDS, PAGE = "mark", "usual", "words", "page"


Form = MultiMapping[Any]
"""What was sent: several values under one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A field or a paper that may be marked."""

    kind: str  # FIELD or PAPER
    id: str  # path of the field, or id of the paper
    title: str
    text: str = ""  # what the applicant filled in
    sheets: int = 0  # of a paper: how many came
    usual: Sequence[tuple[str, bool]] = ()  # words, and whether they are ticked
    is_marked: bool = False
    words: str = ""  # of one's own
    page: str = ""  # of a paper; empty: all of it

    @property
    def name(self) -> str:
        """In the form."""
        return f"{self.kind}.{self.id}"


def marks_of(
    found: CaseShown,
    usual: Mapping[str, Sequence[str]],
    form: Form,
    language: str,
    *,
    refused: frozenset[str] = frozenset(),
) -> tuple[list[Mark], list[Mark]]:
    """Fields that are filled in or asked for, and papers; with what was typed.

    Args:
        usual: what is usually wrong with each paper.
        refused: papers that may not come later: they are marked from the start.
    """
    fields = [
        _read(form, Mark(kind=FIELD, id=cell.name, title=title, text=cell.text))
        for title, cell in _cells(found, language)
    ]
    came = [one.material for one in found.case.attachments]
    papers = [
        _read(
            form,
            Mark(
                kind=PAPER,
                id=material,
                title=name,
                sheets=came.count(material),
                usual=[(words, False) for words in usual.get(material, ())],
                is_marked=material in refused,
                words="不能容缺，请补交" if material in refused else "",
            ),
        )
        for material, name in found.materials.items()
    ]
    return fields, papers


def faults_of(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """What is told of them, as the event has it.

    Raises:
        StepFieldsError: a mark without words, or words that are too long or too many.
    """
    faults: list[dict[str, Any]] = []
    for one in marks:
        said = [words for words, is_ticked in one.usual if is_ticked]
        said += [one.words] if one.words else []
        if one.is_marked and not said:
            raise StepFieldsError(f"“{one.title}”标了要改，还没有写怎么改")
        for words in said:
            if len(words) > MAX_REASON_CHARS:
                raise StepFieldsError(f"“{one.title}”的说明最多 {MAX_REASON_CHARS} 个字")
            faults.append({"words": words, **_where(one)})
    if len(faults) > MAX_FAULTS:
        raise StepFieldsError(f"一次最多写 {MAX_FAULTS} 处，现在有 {len(faults)} 处")
    return faults


def _where(one: Mark) -> dict[str, Any]:
    if one.kind == FIELD:
        return {"field": one.id}
    if not one.page:
        return {"material": one.id}
    page = whole_number(one.page, most=MAX_FILES)
    if not page:
        raise StepFieldsError(f"“{one.title}”的页码是 1 到 {MAX_FILES}")
    return {"material": one.id, "page": page}


def _read(form: Form, mark: Mark) -> Mark:
    """With what was typed of it."""
    ticked = set(form.getall(f"{USUAL_WORDS}.{mark.name}", []))
    return Mark(
        kind=mark.kind,
        id=mark.id,
        title=mark.title,
        text=mark.text,
        sheets=mark.sheets,
        usual=[(words, words in ticked) for words, _ in mark.usual],
        is_marked=mark.is_marked or mark.name in form.getall(MARKED, []),
        words=str(form.get(f"{OWN_WORDS}.{mark.name}", mark.words)).strip(),
        page=str(form.get(f"{PAGE}.{mark.name}", "")).strip(),
    )


def _cells(found: CaseShown, language: str) -> list[tuple[str, Cell]]:
    form = found.case.form if isinstance(found.case.form, dict) else {}
    laid = layout(FormSchema(found.schema), form, language=language, spare_rows=0)
    cells: list[tuple[str, Cell]] = []
    for part in (part for section in laid.sections for part in section.parts if part.there):
        if isinstance(part, Block):
            for n, row in enumerate(part.rows[: part.filled], 1):
                lead = f"{part.title} {n}" if part.heads else part.title
                cells += [(f"{lead} · {cell.title}", cell) for cell in row if cell.there]
        else:
            cells.append((part.title, part))
    return cells
