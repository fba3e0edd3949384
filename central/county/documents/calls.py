"""What can be asked of documents; light, for commands that must not load the county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from central.county.casework.answers.document_state import DocumentState
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.records.followups import Delivered, Way
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDocument:
    """Make a document of a case from its template, number it, and send it."""

    case: str  # case number or application id
    kind: DocumentKind
    facts: Mapping[str, Any] = field(default_factory=dict)  # by the names that templates have
    faults: Sequence[str] = ()  # of a correction: MATERIAL:CODE of a usual one, or free words
    note: str = ""  # the citizen reads it
    days: int = 0  # working days in which it is to be told; 0: not said
    attach: Sequence[Path] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMade:
    """It is on its way."""

    case: str
    document: int  # its number in the count of results
    name: str
    number: str  # as it is written
    template: int  # version; 0: the program's own
    sha256: str
    sealed: str  # the seal system's number; empty: it waits for a stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocuments:
    """Every document of a case, with what became of it."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Note that the county itself told somebody of a document, or handed it over."""

    case: str
    document: str  # its number in the count of results, or as it is written
    person: str
    by: str  # handler
    what: Delivered = Delivered.TOLD
    way: Way = Way.TELEPHONE
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Note who put the seal on the paper (用印登记)."""

    case: str
    document: str  # its number in the count of results, or as it is written
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """The register of seals: documents of these days."""

    first: str  # as 2027-01-01
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampShown:
    """One line of the register."""

    case: str
    department: str
    name: str
    number: str
    day: str
    seal: str  # SEALED, STAMPED or WAITING
    sealed_by: str
    stamped_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePdf:
    """Write the PDF of a document into a folder."""

    case: str
    document: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfWritten:
    """Where it lies."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultChoices:
    """What is usually wrong with the papers of a case's item."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultChoice:
    """Words to tick."""

    code: str  # MATERIAL:CODE
    material: str  # as it is called
    words: str


MAKE = Call("county.document-make", MakeDocument, DocumentMade)
DOCUMENTS = Call("county.documents", CaseDocuments, list[DocumentState], reads=True)
TOLD = Call("county.document-told", Told, DocumentState)
STAMP = Call("county.document-stamp", Stamp, DocumentState)
STAMPS = Call("county.document-stamps", Stamps, list[StampShown], reads=True)
WRITE_PDF = Call("county.document-pdf", WritePdf, PdfWritten, reads=True)
FAULTS = Call("county.document-faults", FaultChoices, list[FaultChoice], reads=True)
