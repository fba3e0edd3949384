"""What a person is shown of the review queue, and what is told of a verdict."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from central.county.review.calls import Verdict, WaitingApplication, WaitingFile
from central.county.review.labels import labelled
from central.county.review.models import ReviewRow
from protocol.catalogue.documents import Schema
from protocol.catalogue.items.model import Item
from protocol.envelope.payloads import Application, Attachment
from protocol.ids import EnvelopeId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """One envelope in the review queue, as a person sees it."""

    row: ReviewRow
    content: Application
    name: str  # of the station
    ordinal: int | None  # None: what its PC sealed before has not all come
    case: str | None  # of the same application, if it has come another way meanwhile
    corrects: str | None  # number of the case that it answers for; its id if that is not here
    item: Item | None  # as the release says that the application names; None: not known
    here: AbstractSet[bytes]  # blobs of it that have come whole

    def shown(self) -> WaitingApplication:
        """For the ``review`` command and the page (docs/operations.md)."""
        row, content = self.row, self.content
        form = json.loads(content.form.removeprefix("\ufeff"))
        return WaitingApplication(
            envelope=row.envelope_id.hex(),
            station=row.station,
            name=self.name,
            application=row.application.hex(),
            item=content.item,
            why=row.why,
            ordinal=self.ordinal,
            upto=row.upto,
            case=self.case,
            corrects=self.corrects,
            arrived_ms=row.arrived_ms,
            form=form,
            schema=self._schema(),
            title=self.item.name if self.item else "",
            fields=labelled(form, self._schema()),
            taken=content.taken,
            unchecked=row.unchecked,
            attachments=[self._file(file) for file in content.attachments],
        )

    def _file(self, file: Attachment) -> WaitingFile:
        return WaitingFile(
            material=file.material,
            title=self._title(file.material),
            name=file.name,
            size=file.size,
            sha256=file.sha256.hex(),
            here=file.blob in self.here,
        )

    def _schema(self) -> Schema:
        return self.item.schema.document if self.item else {}

    def _title(self, material: str) -> str:
        found = self.item.material(material) if self.item else None
        return found.name if found else material


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of an envelope in the review queue."""

    envelope: EnvelopeId
    case: str | None  # None: it was rejected
    duplicate: bool = False  # the case was there before

    def told(self) -> Verdict:
        """For ``accept`` and ``reject``."""
        return Verdict(envelope=self.envelope.hex(), case=self.case, duplicate=self.duplicate)
