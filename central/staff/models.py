"""The accounts of people who log in."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Millis


class StaffRow(Base):
    """One account."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)  # as it is typed
    job: Mapped[str] = mapped_column(String(16))  # central.staff.roles.Job
    verifier: Mapped[str] = mapped_column(String(200))  # of the password, PHC string
    must_change: Mapped[bool]  # the password was told by somebody else
    second: Mapped[bytes | None] = mapped_column(LargeBinary(200), default=None)  # sealed secret
    second_step: Mapped[int | None] = mapped_column(Big, default=None)  # last one that was used
    failures: Mapped[int] = mapped_column(default=0)  # wrong logins in a row
    locked_until_ms: Mapped[int | None] = mapped_column(Big, default=None)
    disabled: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=0)  # counts what ends every open login
    made_ms: Mapped[Millis]
    seen_ms: Mapped[int | None] = mapped_column(Big, default=None)  # last login
