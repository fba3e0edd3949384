"""Keys in a safe, for whoever owns the data folder: no role of a page may touch them.

Source: docs/operations.md, "Keys in a safe"; ADR 0043.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from provisioning.authority import Authority
from provisioning.escrow.calls import (
    DRILL,
    EXPORT_KEYS,
    EXPORT_RECOVERY,
    EXPORT_ROOT,
    NEW_RECOVERY,
    RECOVER,
    RENEW,
    DrillFacts,
    ExportKey,
    ExportRecovery,
    NewRecovery,
    RecoveredKeys,
    RecoverKeys,
    RecoveryMade,
    RegistrarRenewed,
    RenewRegistrar,
    RunDrill,
)
from provisioning.escrow.drill import Drill, Plan
from provisioning.escrow.service import KeyEscrow, Terms
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.done import Done
from runtime.control.owner import Operation, Report
from runtime.record import Record


class EscrowOperations:
    """The keys of one county. Each method raises LoginForbiddenError without Right.KEYS."""

    def __init__(
        self, authority: Authority, changed: Callable[[], Awaitable[None]], record: Record
    ) -> None:
        """Args: changed: awaited after each new version of the roster."""
        self._authority, self._changed, self._record = authority, changed, record
        self._safe = KeyEscrow(authority)

    async def export_root(self, actor: Actor, wanted: ExportKey, _: Report = silent) -> list[Path]:
        """Move the root key into a sealed file and shares; it leaves this machine."""
        to, terms = wanted.to, _terms(wanted)
        async with self._record.action(
            actor, EXPORT_ROOT.name, subject=str(to), detail=_told(terms)
        ):
            actor.require(Right.KEYS)
            return list(await asyncio.to_thread(self._safe.export_root, to, terms))

    async def export_keys(self, actor: Actor, wanted: ExportKey, _: Report = silent) -> list[Path]:
        """Copy the county's keys into a sealed file and shares."""
        to, terms = wanted.to, _terms(wanted)
        async with self._record.action(
            actor, EXPORT_KEYS.name, subject=str(to), detail=_told(terms)
        ):
            actor.require(Right.KEYS)
            return list(await asyncio.to_thread(self._safe.export_keys, to, terms))

    async def export_recovery(
        self, actor: Actor, wanted: ExportRecovery, _: Report = silent
    ) -> list[Path]:
        """Turn the recovery key into shares; its file is taken away."""
        to, terms = wanted.to, _terms(wanted)
        async with self._record.action(
            actor, EXPORT_RECOVERY.name, subject=str(to), detail=_told(terms)
        ):
            actor.require(Right.KEYS)
            export = self._safe.export_recovery
            return list(await asyncio.to_thread(export, to, terms, wanted.file))

    async def new_recovery(
        self, actor: Actor, wanted: NewRecovery, _: Report = silent
    ) -> RecoveryMade:
        """Make another recovery key for the backups to come."""
        subject = str(wanted.file or "")
        async with self._record.action(actor, NEW_RECOVERY.name, subject=subject):
            actor.require(Right.KEYS)
            half = await asyncio.to_thread(self._safe.new_recovery, wanted.file)
            return RecoveryMade(file=half.file, key=half.name)

    async def replace_registrar(
        self, actor: Actor, wanted: RenewRegistrar, _: Report = silent
    ) -> RegistrarRenewed:
        """Name a new registrar by the root's word."""
        sealed, detail = str(wanted.sealed), {"above": wanted.above}
        async with self._record.action(actor, RENEW.name, subject=sealed, detail=detail):
            actor.require(Right.KEYS)
            roster = await asyncio.to_thread(
                self._safe.replace_registrar, wanted.sealed, wanted.papers, above=wanted.above
            )
            await self._changed()
            return RegistrarRenewed(roster=roster.version, registrar=roster.delegation.number)

    async def recover(self, actor: Actor, wanted: RecoverKeys, _: Report = silent) -> RecoveredKeys:
        """Open the county's sealed keys."""
        async with self._record.action(actor, RECOVER.name, subject=str(wanted.sealed)):
            actor.require(Right.KEYS)
            keys = await asyncio.to_thread(self._safe.recover_keys, wanted.sealed, wanted.papers)
            return RecoveredKeys(keys=keys)

    async def drill(self, actor: Actor, wanted: RunDrill, report: Report = silent) -> DrillFacts:
        """Prove that shares and backup would save the county; nothing of it changes."""
        loop = asyncio.get_running_loop()

        def told(step: str) -> None:
            loop.call_soon_threadsafe(report, Done(step=step))

        plan = Plan(
            root=wanted.root,
            root_papers=wanted.root_papers,
            keys=wanted.keys,
            keys_papers=wanted.keys_papers,
            backup=wanted.backup,
            recovery=wanted.recovery,
            recovery_papers=wanted.recovery_papers,
        )
        subject, detail = str(wanted.report), {"backup": _text(wanted.backup)}
        async with self._record.action(actor, DRILL.name, subject=subject, detail=detail):
            actor.require(Right.KEYS)
            running = Drill(self._authority)
            facts = await asyncio.to_thread(running.run, plan, wanted.report, told)
            return DrillFacts(**facts)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(EXPORT_ROOT, self.export_root),
            Handler(EXPORT_KEYS, self.export_keys),
            Handler(EXPORT_RECOVERY, self.export_recovery),
            Handler(NEW_RECOVERY, self.new_recovery),
            Handler(RENEW, self.replace_registrar),
            Handler(RECOVER, self.recover),
            Handler(DRILL, self.drill),
        )


def _terms(wanted: ExportKey | ExportRecovery) -> Terms:
    return Terms(threshold=wanted.threshold, shares=wanted.shares)


def _told(terms: Terms) -> dict[str, int]:
    return {"threshold": terms.threshold, "shares": terms.shares}


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
