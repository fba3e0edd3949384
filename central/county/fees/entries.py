"""Entries of a fee, and what they come to. Pure.

An entry says in one frozen object what happened, and keeps its digest; nothing is ever edited. A
relief is a new sheet that names the old one. A red ticket (红票) names the payment that it takes
back, and its fen are below 0.

Source: docs/fees.md, "At the county".
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from protocol.catalogue.fees.told import FeeSheet
from protocol.json_values import from_json, to_json


class Kind(Enum):
    """What happened."""

    NOTICE = "notice"  # a sheet
    RELIEF = "relief"  # another sheet in its place
    PRINTED = "printed"  # a sheet went out as a document
    PAID = "paid"
    RED = "red"  # a payment was taken back, with a ticket of its own
    UNPAID = "unpaid"  # a sheet that is not waited for any longer


SHEETS = frozenset({Kind.NOTICE, Kind.RELIEF})
MONEY = frozenset({Kind.PAID, Kind.RED})


class FeeState(Enum):
    """How the fee of a case stands."""

    NONE = "none"
    OWED = "owed"
    FREE = "free"  # nothing is to be paid
    PAID = "paid"
    EXCESS = "excess"  # a relief came after the payment
    UNPAID = "unpaid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry."""

    n: int
    kind: Kind
    names: int  # 0: none
    fen: int
    frozen: str = field(repr=False)

    @property
    def sha256(self) -> bytes:
        """Of the frozen object."""
        return hashlib.sha256(self.frozen.encode()).digest()

    @property
    def said(self) -> Mapping[str, Any]:
        """The frozen object."""
        found: Mapping[str, Any] = json.loads(self.frozen)
        return found

    @property
    def sheet(self) -> FeeSheet | None:
        """Of a notice or relief."""
        return from_json(self.said["sheet"], FeeSheet) if self.kind in SHEETS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the entries of a case come to."""

    state: FeeState = FeeState.NONE
    sheet: Entry | None = None  # that counts
    payment: Entry | None = None  # that was not taken back
    made_by: int = 0  # number of the newest notice


def frozen(what: object) -> str:
    """The object as it is kept and digested: the same text for the same object."""
    return json.dumps(to_json(what), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def yuan(fen: int) -> str:
    """An amount as every page, document and table has it: ``80.00``."""
    return f"{Decimal(fen) / 100:.2f}"


def standing(entries: Iterable[Entry]) -> Standing:
    """How far the fee of a case has got."""
    state, sheet, payment, notice = FeeState.NONE, None, None, 0
    for one in entries:
        match one.kind:
            case Kind.NOTICE | Kind.RELIEF:
                sheet = one
                notice = one.n if one.kind is Kind.NOTICE else notice
            case Kind.PAID:
                payment = one
            case Kind.RED:
                if payment and sheet and payment.names == sheet.n:
                    state, sheet = FeeState.REFUNDED, None
                payment = None
            case Kind.UNPAID:
                state, sheet = FeeState.UNPAID, None
            case Kind.PRINTED:
                pass
        state = _state(sheet, payment, state)
    return Standing(state=state, sheet=sheet, payment=payment, made_by=notice)


def _state(sheet: Entry | None, payment: Entry | None, before: FeeState) -> FeeState:
    if sheet is None:
        return before
    if payment is None:
        return FeeState.OWED if sheet.fen else FeeState.FREE
    return FeeState.PAID if payment.names == sheet.n else FeeState.EXCESS
