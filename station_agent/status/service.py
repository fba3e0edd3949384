"""What the clerk is told: how far each application has got, and the results.

Source: docs/operations.md, "yizhan-station status".
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import ReceiptState
from protocol.envelope.suites import SuiteNumber
from protocol.errors import ApplicationUnknownError, DigestError, LockedError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.trust.edition import Kind
from runtime.disk.papers import PaperFolder
from station_agent.exchange.eta import Arrival, EtaEstimator
from station_agent.exchange.paths import LastPath
from station_agent.inbox.delivery import result_context
from station_agent.intake.names import names_of
from station_agent.store import (
    applications,
    editions,
    health,
    outbox,
    places,
    poison,
    refusals,
    station,
)
from station_agent.store.applications import (
    ApplicationState,
    ApplicationView,
    NoticeView,
    ReceiptView,
)
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.places import Place
from station_agent.store.station import LineRecord
from station_agent.store.vault import OpenVault, Vault

_LOCKED = {"locked": True}
_FEW = 1000  # applications that are looked up one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the database says at one moment."""

    release: int
    counts: Mapping[ApplicationState, int]
    views: Sequence[ApplicationView]
    items: Mapping[str, str]  # names
    places: Mapping[bytes, Sequence[Place]]  # by envelope, of those of the views that wait
    waiting: Mapping[Lane, int]  # bytes
    line: LineRecord
    troubles: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusService:
    """Answers ``status`` and ``result``."""

    node: NodeId
    database: Database
    vault: Vault
    blobs: BlobFiles
    county: Callable[[], NodeId]
    eta_estimator: EtaEstimator
    connected: Callable[[], bool]  # whether an exchange is going on
    revocation_status: Callable[[], dict[str, Any] | None]
    parent: Callable[[], Mapping[str, Any]]  # who it is, and whether it has been set up
    suites: Callable[[], tuple[SuiteNumber, SuiteNumber]]  # as set, and as used by the rules
    last_path: Callable[[], LastPath | None] = lambda: None

    async def status(self, password: str | None, newest: int | None = None) -> dict[str, Any]:
        """Everything that ``status --json`` prints; results stay locked without the password.

        Args:
            newest: list only so many applications, the newest; the counts are of all.

        Raises:
            PasswordWrongError: a password was given, and it is another one.
        """
        vault = await self._unlock(password)

        facts = await self.database.read(lambda tx: _facts(tx, newest, self.revocation_status()))
        arrival = self.eta_estimator.arrivals(facts.line, facts.waiting, connected=self.connected())
        return {
            "node": self.node,
            "release": facts.release,
            "counts": {state.value: count for state, count in facts.counts.items()},
            "parent": self.parent(),
            "path": _path(self.last_path()),
            "suite": _suite(*self.suites()),
            "clock_error_ms": self.eta_estimator.trusted.error_ms,
            "time": self.eta_estimator.trusted.json(),
            "applications": await asyncio.to_thread(_all_shown, facts, vault, arrival),
            **facts.troubles,
        }

    async def result(self, name: str, folder: Path | None, password: str | None) -> dict[str, Any]:
        """The result of one application, by its id or the number of its case.

        Its attachments are written into ``folder``.

        An attachment that has not come yet has ``"file": null``.

        Raises:
            UsageError: neither an id nor a case number.
            ApplicationUnknownError: no such application here.
            LockedError: the results are locked by the clerk's password.
            PaperFullError, PaperError: ``folder`` does not take them all.
        """
        view = await self.database.read(lambda tx: applications.find(tx, name))
        if view is None:
            raise ApplicationUnknownError(name[:50])
        application = view.application
        vault = await asyncio.to_thread(self.vault.unlock, password)
        shown = _shown(view, None) | {"applicant": vault.applicant(application, view.applicant)}
        if view.result is None:
            return shown | {"result": None}
        found = vault.take_out(result_context(application), view.result)
        if "attachments" in found:
            found["attachments"] = await self._attachments(
                found["attachments"], found["case"] or application, folder
            )
        return shown | {"result": found}

    async def _unlock(self, password: str | None) -> OpenVault | None:
        try:
            return await asyncio.to_thread(self.vault.unlock, password)
        except LockedError:
            return None

    async def _attachments(
        self, files: list[dict[str, Any]], case: str, folder: Path | None
    ) -> list[dict[str, Any]]:
        ids = [bytes.fromhex(file["blob"]) for file in files]
        here = await self.database.read(lambda tx: applications.arriving(tx, ids, self.county()))
        if folder is None:
            return [_plain(file) | {"file": None} for file in files]
        return await asyncio.to_thread(self._write_all, files, here, case, folder)

    def _write_all(
        self, files: list[dict[str, Any]], here: set[BlobRef], case: str, folder: Path
    ) -> list[dict[str, Any]]:
        papers, shown = PaperFolder(folder), []
        for file in files:
            path = self._write(file, case, papers) if self._ref(file) in here else None
            shown.append(_plain(file) | {"file": str(path) if path else None})
        return shown

    def _ref(self, file: Mapping[str, Any]) -> BlobRef:
        return BlobRef(self.county(), BlobId(bytes.fromhex(file["blob"])))

    def _write(self, file: Mapping[str, Any], case: str, papers: PaperFolder) -> Path:
        def check(digest: bytes) -> None:
            if digest.hex() != file["sha256"]:
                raise DigestError(file["name"])

        pieces = self.blobs.open(self._ref(file), bytes.fromhex(file["key"]))
        return papers.write(f"{case}-{file['name']}", pieces, check=check).path


def _path(last: LastPath | None) -> dict[str, Any] | None:
    """Over which path the last exchange of this process went; None before the first."""
    if last is None:
        return None
    return {"node": last.node, "by_other": last.by_other, "at_ms": last.at_ms}


def _suite(as_set: SuiteNumber, used: SuiteNumber) -> dict[str, int]:
    """With what this station is set to seal, and with what it seals by the county's rules."""
    return {"set": as_set.value, "used": used.value}


def _facts(tx: Transaction, newest: int | None, revocation_status: dict[str, Any] | None) -> _Facts:
    views = applications.views(tx, newest)
    shown = [view.envelope for view in views if view.envelope]
    few = newest is not None and len(shown) <= _FEW
    return _Facts(
        release=editions.version(tx, Kind.RELEASE),
        counts=applications.counts(tx),
        views=views,
        items={} if newest == 0 else names_of(tx),
        places=places.places_of(tx, shown) if few else places.places(tx),
        waiting=places.waiting_by_lane(tx),
        line=station.read_state(tx).line,
        troubles={
            "standing": revocation_status,
            "minted": outbox.sealed_count(tx),
            "aside": [one.json() for one in refusals.deferred(tx)],
            "stumbled": poison.count(tx),
            "needs_newer": health.waiting_for_program(tx),
            "set_back_ms": station.read_state(tx).rolled_back_ms,
        },
    )


def _all_shown(
    facts: _Facts, vault: OpenVault | None, arrival: Callable[[Iterable[Place]], Arrival]
) -> list[dict[str, Any]]:
    found = []
    for view in facts.views:
        waits = facts.places.get(view.envelope or b"")
        found.append(_shown(view, vault) | _expected(arrival(waits) if waits else None))
        found[-1]["name"] = facts.items.get(view.item)
    return found


def _expected(arrival: Arrival | None) -> dict[str, Any]:
    """When it should have reached the parent, and what it waits for; null if it does not wait."""
    if arrival is None:
        return {"eta": None, "waits_for": None}
    at = arrival.at.isoformat(timespec="seconds") if arrival.at else None
    return {"eta": at, "waits_for": arrival.waits_for}


def _shown(view: ApplicationView, vault: OpenVault | None) -> dict[str, Any]:
    return {
        "application": view.application,
        "item": view.item,
        "number": view.number,
        "applicant": vault.applicant(view.application, view.applicant) if vault else None,
        "state": view.state.value,
        "saved_ms": view.saved_ms,
        "receipt": _receipt(view.receipt),
        "result": _result(view, vault),
        "problem": view.problem,
        "notice": _notice(view.notice),
    }


def _notice(notice: NoticeView | None) -> dict[str, Any] | None:
    if notice is None:
        return None
    return {"node": notice.node, "code": notice.code, "at_ms": notice.at_ms}


def _receipt(receipt: ReceiptView | None) -> dict[str, Any] | None:
    if receipt is None:
        return None
    return {
        "number": receipt.number,
        "case": receipt.case,
        "at_ms": receipt.at_ms,
        "state": receipt.state,
        "safe": receipt.state == ReceiptState.SAFE.value,
        "duplicate": receipt.duplicate,
    }


def _result(view: ApplicationView, vault: OpenVault | None) -> dict[str, Any] | None:
    if view.result is None:
        return None
    if vault is None:
        return dict(_LOCKED)
    found = vault.take_out(result_context(view.application), view.result)
    if "attachments" in found:
        found["attachments"] = [_plain(file) for file in found["attachments"]]
    return found


def _plain(file: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown of an attachment: not its key."""
    return {key: file[key] for key in ("name", "size", "sha256")}
