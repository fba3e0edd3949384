"""The request to release this desk: what it takes to open the county's answer, and the answer."""

from dataclasses import dataclass, field

from protocol.codec import pack, unpack
from protocol.envelope.desk_payloads import DeskRelease
from protocol.envelope.vault_slots import Slot
from station_agent.store.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRequest:
    """The newest request of this desk."""

    clerk: str  # who gets a new password
    desk: bytes  # one-time key, its public half
    slot: Slot = field(repr=False)  # and its private half, wrapped by the new password
    code: str  # to be read out
    asked_ms: int | None  # by the county's time; None: that was not known
    released: bytes | None = field(default=None, repr=False)  # None: the county did not yet
    stray: int = 0  # answers that came and were for no request of this desk


def keep(tx: Transaction, made: HeldRequest) -> None:
    """From now on this is the request; what another one asked for counts no more."""
    tx.run(
        "INSERT OR REPLACE INTO desk_request (one, clerk, desk, slot, code, asked_ms)"
        " VALUES (1, ?, ?, ?, ?, ?)",
        (made.clerk, made.desk, pack(made.slot), made.code, made.asked_ms),
    )


def held(tx: Transaction) -> HeldRequest | None:
    """The request, if there is one."""
    row = tx.row("SELECT * FROM desk_request")
    if row is None:
        return None
    return HeldRequest(
        clerk=row["clerk"],
        desk=row["desk"],
        slot=unpack(row["slot"], Slot),
        code=row["code"],
        asked_ms=row["asked_ms"],
        released=row["released"],
        stray=row["stray"],
    )


def release(tx: Transaction, answer: DeskRelease) -> bool:
    """The county has answered; False if it was no request that this desk has open."""
    tx.run(
        "UPDATE desk_request SET released = ? WHERE desk = ?",
        (answer.sealed, answer.desk),
    )
    if tx.row("SELECT one FROM desk_request WHERE desk = ?", (answer.desk,)):
        return True
    tx.run("UPDATE desk_request SET stray = stray + 1")
    return False


def forget(tx: Transaction, desk: bytes) -> None:
    """The request with this key is done, and its key is gone."""
    tx.run("DELETE FROM desk_request WHERE desk = ?", (desk,))
