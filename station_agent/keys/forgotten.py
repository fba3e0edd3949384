"""A forgotten password: the county releases the vault to this desk, and a clerk has a new one.

The desk makes a one-time key and keeps its private half wrapped by the password that the clerk
chooses now; so what lies on the disk, and what comes back, opens with that password alone.

Source: docs/security.md, "Clerks of a station".
"""

import asyncio
import logging
from dataclasses import dataclass

from protocol.envelope.desk_code import desk_code
from protocol.envelope.desk_payloads import DeskRequest
from protocol.envelope.suites import SoftwareOpeningKey, SuiteNumber, new_opening_key
from protocol.envelope.vault_county import open_release
from protocol.envelope.vault_slots import derive, open_slot, password_slot
from protocol.errors import PasswordWrongError, UnopenableError, UsageError
from protocol.errors.desk import (
    ClerkError,
    ForgottenForeignError,
    ForgottenNoneError,
    ForgottenOldError,
    ForgottenOpenError,
    ForgottenSlotError,
    ForgottenWaitError,
)
from protocol.ids import NodeId
from protocol.limits import DESK_REQUEST_DAYS
from protocol.ports import Randomness
from protocol.trust.password import checked_password
from protocol.trust.trusted_clock import TrustedClock
from runtime.actor import Actor, Way
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.clerks.calls import (
    FORGOT,
    FORGOT_STATUS,
    NEW_PASSWORD,
    Forgot,
    ForgottenShown,
    NewPassword,
)
from station_agent.clerks.service import (
    FEWEST_PASSWORD_CHARS,
    MAX_CLERKS,
    ClerkService,
    checked_name,
)
from station_agent.intake.sealing import SealingService, control_draft
from station_agent.store.desk import clerks
from station_agent.store.desk import release as desk_request
from station_agent.store.desk.clerks import ANYBODY, OWNER, Purpose
from station_agent.store.desk.release import HeldRequest
from station_agent.store.vault import OpenVault, Vault

_DAY_MS = 86_400_000
AGAIN_MS = _DAY_MS  # before a page lets the next request void one that is open

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenPasswords:
    """Asks the county for a new password of a clerk, and gives it to her."""

    node: NodeId
    clerks: ClerkService
    sealing: SealingService
    trusted: TrustedClock
    randomness: Randomness

    @property
    def _vault(self) -> Vault:
        return self.clerks.vault

    async def ask(self, _: Actor, wanted: Forgot, __: Report = silent) -> ForgottenShown:
        """Ask the county to release this desk; what is open is voided if that may be.

        Raises:
            ClerkNameError, ClerkError, PasswordWeakError: nothing changed.
            UsageError: no password is needed here.
            ForgottenSlotError: the county has no slot of this vault.
            ForgottenOpenError: a request of the last day is open, and may not be voided.
            DiskFullError, StoreError: nothing was asked.
        """
        name = checked_name(wanted.clerk)
        checked_password(wanted.password, fewest=FEWEST_PASSWORD_CHARS)
        async with self.clerks.changing:
            await self._require_may_ask(name, anew=wanted.anew)
            made, request = await asyncio.to_thread(self._made, name, wanted.password)
            database = self.clerks.unlocking.database
            await database.write(lambda tx: desk_request.keep(tx, made))
            await self.sealing.seal(control_draft(request))
        log.info("the county is asked to release the desk", extra={"event": "forgotten.asked"})
        return self._shown(made)

    async def status(self, _: Actor, __: Nothing, ___: Report = silent) -> ForgottenShown:
        """How far the request is; its fields are empty where nothing is asked for."""
        return self._shown(await self._held())

    async def finish(
        self, actor: Actor, wanted: NewPassword, __: Report = silent
    ) -> ForgottenShown:
        """Open the county's answer; from now on the clerk's new password opens the vault.

        Her passwords so far open nothing any more, those of other clerks stay.

        Raises:
            ForgottenNoneError, ForgottenWaitError, ForgottenOldError: there is nothing to open.
            PasswordWrongError, ClerkWaitError: it is not the password that was chosen.
            ForgottenForeignError: the answer is another desk's, or altered; it was dropped.
            DiskFullError, StoreError: nothing changed.
        """
        async with self.clerks.changing:
            held = await self._held()
            if held is None:
                raise ForgottenNoneError
            self._require_young(held)
            if held.released is None:
                raise ForgottenWaitError(held.code)
            lane = ANYBODY if actor.way is Way.PAGE else OWNER
            desk = await self._desk_key(held, wanted.password, lane)
            opened = await self._opened(held, held.released, desk)
            await self._let_in(held, opened, wanted.password)
        log.info("a clerk has a new password", extra={"event": "forgotten.done"})
        return self._shown(None, clerk=held.clerk)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(
            Handler(FORGOT, self.ask),
            Handler(FORGOT_STATUS, self.status),
            Handler(NEW_PASSWORD, self.finish),
        )

    async def _require_may_ask(self, name: str, *, anew: bool) -> None:
        if not self._vault.has_password:
            raise UsageError("本站还没有办事员，资料不用口令就能打开，不必放行")
        if self._vault.county is None:
            raise ForgottenSlotError
        if name not in self._vault.clerks and len(self._vault.clerks) >= MAX_CLERKS:
            raise ClerkError(f"{MAX_CLERKS}")
        held = await self._held()
        if held is not None and not anew and not self._may_ask_again(held):
            raise ForgottenOpenError(held.code)

    def _made(self, name: str, password: str) -> tuple[HeldRequest, DeskRequest]:
        """A request with a fresh key. Blocks for a tenth of a second."""
        county = self._vault.county
        if county is None:
            raise ForgottenSlotError
        key = new_opening_key(SuiteNumber.X25519, self.randomness)
        request = DeskRequest(
            vault=self._vault.public,
            slot=county,
            desk=key.public_bytes(),
            clerk=name,
            at_ms=self.trusted.number(),
        )
        held = HeldRequest(
            clerk=name,
            desk=request.desk,
            slot=password_slot(key, name, password, self.randomness),
            code=desk_code(self.node, request),
            asked_ms=self.trusted.now_ms(),
        )
        return held, request

    async def _desk_key(self, held: HeldRequest, password: str, lane: str) -> SoftwareOpeningKey:
        """The one-time key. A wrong password counts as one of the clerk's."""
        unlocking = self.clerks.unlocking
        await unlocking.database.write(lambda tx: unlocking.count(tx, held.clerk, lane))
        kek = await asyncio.to_thread(derive, password, held.slot.salt)
        key = open_slot(held.slot, held.desk, kek)
        if key is None:
            raise PasswordWrongError
        await unlocking.database.write(lambda tx: clerks.forget_tries(tx, held.clerk, lane))
        return key

    async def _opened(
        self, held: HeldRequest, released: bytes, desk: SoftwareOpeningKey
    ) -> OpenVault:
        try:
            key = open_release(released, station=self.node, public=self._vault.public, desk=desk)
        except UnopenableError:
            await self.clerks.unlocking.database.write(
                lambda tx: desk_request.forget(tx, held.desk)
            )
            raise ForgottenForeignError from None
        return OpenVault.of(key)

    async def _let_in(self, held: HeldRequest, opened: OpenVault, password: str) -> None:
        """Written down first: a power cut may leave a line too many, never one too few."""
        unlocking = self.clerks.unlocking
        await unlocking.note_of(held.clerk, Purpose.FORGOTTEN)
        await asyncio.to_thread(self._vault.let_in, opened, held.clerk, password, self.randomness)
        await unlocking.database.write(lambda tx: desk_request.forget(tx, held.desk))

    async def _held(self) -> HeldRequest | None:
        return await self.clerks.unlocking.database.read(desk_request.held)

    def _require_young(self, held: HeldRequest) -> None:
        if self._is_old(held):
            raise ForgottenOldError(str(DESK_REQUEST_DAYS))

    def _is_old(self, held: HeldRequest) -> bool:
        age_ms = self._age_ms(held)
        return age_ms is not None and age_ms > DESK_REQUEST_DAYS * _DAY_MS

    def _may_ask_again(self, held: HeldRequest) -> bool:
        age_ms = self._age_ms(held)
        return age_ms is None or age_ms >= AGAIN_MS

    def _age_ms(self, held: HeldRequest) -> int | None:
        """By the county's time, which a wrong date of this PC does not touch; None: not known."""
        now_ms = self.trusted.now_ms()
        return None if now_ms is None or held.asked_ms is None else now_ms - held.asked_ms

    def _shown(self, held: HeldRequest | None, clerk: str = "") -> ForgottenShown:
        if held is None:
            return ForgottenShown(clerk=clerk)
        return ForgottenShown(
            clerk=held.clerk,
            code=held.code,
            asked_ms=held.asked_ms,
            released=held.released is not None,
            stray=held.stray,
            old=self._is_old(held),
            may_ask_again=self._may_ask_again(held),
        )
