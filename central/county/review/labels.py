"""A form as a person reads it: each value under the label that the item's schema gives it.

Forms come from village PCs: nothing in them is trusted, and what the schema does not know is shown
under its own key.

Source: docs/forms.md, "Three renderings".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from protocol.catalogue.documents import FormData, Schema
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Block, Cell
from protocol.catalogue.forms.schema import FormSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a form: a text, or a table."""

    label: str
    text: str = ""
    heads: Sequence[str] = ()  # of the table's columns; empty: its first column is the heads
    rows: Sequence[Sequence[str]] = ()


def labelled(form: FormData, document: Schema) -> list[Field]:
    """Every value of ``form``, in the order of its schema."""
    return list(_fields(form, document))


def _fields(form: FormData, document: Schema) -> Iterator[Field]:
    laid = layout(FormSchema(document), form, spare_rows=0)
    for part in (one for section in laid.sections for one in section.parts):
        if part.name not in form:
            continue
        if isinstance(part, Cell):
            yield Field(label=part.title, text=part.text)
        else:
            yield _table(part)


def _table(block: Block) -> Field:
    if block.heads:
        rows = [[cell.text for cell in row] for row in block.rows]
        return Field(label=block.title, heads=block.heads, rows=rows)
    pairs = [(cell.title, cell.text) for cell in block.rows[0] if cell.filled]
    return Field(label=block.title, rows=pairs)
