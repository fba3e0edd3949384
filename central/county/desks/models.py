"""The table of requests to release a desk."""

from sqlalchemy import LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis, Node
from protocol.limits import MAX_CLERK_NAME_CHARS

OPEN, REPLACED, RELEASED = "open", "replaced", "released"


class DeskRequestRow(Base):
    """One request; of a station at most one is open and one was replaced by it."""

    __tablename__ = "desk_request"

    station: Mapped[Node] = mapped_column(primary_key=True)
    desk: Mapped[Digest] = mapped_column(primary_key=True)  # one-time key
    vault: Mapped[Digest]  # public half
    slot: Mapped[bytes]  # of the vault, as it was sealed for the county
    clerk: Mapped[str] = mapped_column(String(MAX_CLERK_NAME_CHARS))
    signing: Mapped[bytes] = mapped_column(LargeBinary(32))  # key of the PC that asks
    suite: Mapped[int] = mapped_column(SmallInteger)  # of the envelope; the answer uses it too
    asked_ms: Mapped[int | None] = mapped_column(Big)  # by the county's time, as the PC knew it
    arrived_ms: Mapped[Millis]
    state: Mapped[str] = mapped_column(String(8))
    released_ms: Mapped[int | None] = mapped_column(Big)
    released_by: Mapped[str | None] = mapped_column(String(200))
