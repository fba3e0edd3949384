"""The accounts of people who log in."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis


class AccountRow(Base):
    """One account."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # as it is typed
    role: Mapped[str] = mapped_column(String(16))  # central.accounts.roles.StaffRole
    verifier: Mapped[str] = mapped_column(String(200))  # of the password, PHC string
    must_change: Mapped[bool]  # the password was told by somebody else
    second: Mapped[bytes | None] = mapped_column(LargeBinary(200), default=None)  # sealed secret
    second_step: Mapped[int | None] = mapped_column(Big, default=None)  # last one that was used
    recovery: Mapped[bytes] = mapped_column(LargeBinary(512), default=b"")  # 32 bytes a code
    disabled: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=0)  # counts what ends every open login
    made_ms: Mapped[Millis]
    seen_ms: Mapped[int | None] = mapped_column(Big, default=None)  # last login


class TriesRow(Base):
    """Wrong logins under one name, whether or not there is such an account."""

    __tablename__ = "staff_tries"

    name: Mapped[Digest] = mapped_column(primary_key=True)  # keyed hash: it may be a password
    known: Mapped[bool]  # there is such an account
    failures: Mapped[int]  # in a row
    locked_until_ms: Mapped[int | None] = mapped_column(Big, default=None)
    at_ms: Mapped[Millis] = mapped_column(index=True)  # of the last try


class OneTimeRow(Base):
    """Something that is shown to one person until it is written down: a code, a kit, a password."""

    __tablename__ = "staff_onetime"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)  # nobody can guess it
    owner: Mapped[str] = mapped_column(String(32), index=True)  # account
    kind: Mapped[str] = mapped_column(String(16))  # central.accounts.onetime.Kind
    subject: Mapped[str] = mapped_column(String(64))  # node id, account, or number of an import
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # OneTime, for the node's own key
    made_ms: Mapped[Millis]


class ProposalRow(Base):
    """What one person asked for and another must confirm."""

    __tablename__ = "staff_proposals"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    operation: Mapped[str] = mapped_column(String(64))
    args: Mapped[str] = mapped_column(String(4000))  # JSON
    subject: Mapped[str] = mapped_column(String(64))  # node id or account
    by: Mapped[str] = mapped_column(String(32))
    made_ms: Mapped[Millis]
    state: Mapped[str] = mapped_column(String(16))  # central.accounts.proposals.Stage
    decided_by: Mapped[str] = mapped_column(String(32), default="")
    decided_ms: Mapped[int | None] = mapped_column(Big, default=None)
