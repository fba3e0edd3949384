"""The template that a release holds for a kind of document, or the program's own.

Source: docs/documents.md, "Templates".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.catalogue.findings import Findings, refusal
from protocol.catalogue.items.names import document_entry
from protocol.catalogue.items.rules import WRONG, Place
from protocol.catalogue.items.uses import parsed_entry
from protocol.catalogue.templates.built_in import BUILT_IN
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.catalogue.templates.template import Template, read_template, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """A template, and which version of it."""

    template: Template
    version: int  # 0: the program's own


def template_of(entries: Mapping[str, bytes], kind: DocumentKind) -> Versioned:
    """What a release says of a kind of document; without a word of it the program's own.

    Raises:
        CatalogueError: it is no template (a release that passed its digest never does this).
    """
    entry = entries.get(document_entry(kind))
    if entry is None:
        return Versioned(template=BUILT_IN[kind], version=0)
    raw, found = parsed_entry(entry), Findings()
    template = read_template(kind, raw, Place(findings=found, item="", lenient=True))
    if template is WRONG:
        raise refusal(found)
    return Versioned(template=template, version=version_of(raw))
