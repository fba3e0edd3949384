"""Tables of the API."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis
from protocol.limits import MAX_NAME_CHARS

MAX_KEY_CHARS = 100  # of an idempotency key


class TokenRow(Base):
    """One token; a name that was revoked or has expired may get another."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "digest"),)

    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS), primary_key=True)
    digest: Mapped[Digest]  # SHA-256 of the token, which stands nowhere
    rights: Mapped[str] = mapped_column(String(40))  # with commas between
    department: Mapped[str] = mapped_column(String(20))  # code; empty: all
    made_ms: Mapped[int] = mapped_column(Big, primary_key=True)
    until_ms: Mapped[Millis]
    revoked_ms: Mapped[int | None] = mapped_column(Big)
    used_ms: Mapped[int | None] = mapped_column(Big)  # last, to the minute; None: never


class AnswerRow(Base):
    """What a request with an idempotency key was answered."""

    __tablename__ = "api_answer"
    __table_args__ = (Index(None, "at_ms"),)

    token: Mapped[str] = mapped_column(String(MAX_NAME_CHARS), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_CHARS), primary_key=True)
    asked: Mapped[Digest]  # SHA-256 of address and body
    at_ms: Mapped[Millis]
    answer: Mapped[str] = mapped_column(Text)  # JSON; empty: not finished
