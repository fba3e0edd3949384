"""Tables of the catalogue: drafts, and what was done to each."""

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis


class DraftRow(Base):
    """One proposed catalogue, whole."""

    __tablename__ = "catalogue_draft"

    number: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)  # from 1
    state: Mapped[str] = mapped_column(String(12))
    author: Mapped[str] = mapped_column(String(100))
    approver: Mapped[str] = mapped_column(String(100))  # of these bytes; empty: nobody yet
    reason: Mapped[str] = mapped_column(Text)  # why it was refused or withdrawn
    base: Mapped[Count]  # the release that it was made from; 0: there was none
    digest: Mapped[Digest]  # over its entries, as of an edition
    count: Mapped[int]  # of its entries
    body: Mapped[bytes]  # its entries, as protocol.trust.edition.whole packs them
    clears: Mapped[bool] = mapped_column(Boolean)  # takes back whatever is planned
    edited_ms: Mapped[Millis]
    release: Mapped[int | None] = mapped_column(Big)  # that it became


class StepRow(Base):
    """One thing that was done to a draft."""

    __tablename__ = "catalogue_step"

    draft: Mapped[int] = mapped_column(Big, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1 in each draft
    step: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(100))
    digest: Mapped[Digest]  # of the draft when it was done
    reason: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[Millis]
