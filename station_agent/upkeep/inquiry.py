"""Inquiries: the county is asked again about what seems to be stuck, or was lost with a disk.

A receipt may have gone to another copy of this disk, and is never sent twice by itself. So what
waits for days without a word is asked about, ever more rarely; and after a disk was set back,
everything that was said since. An inquiry is an envelope like any other, and goes by stick too.

The local clock may be wrong or be set: a pause is over as well if the clock jumped, which only
costs an inquiry too many.

Source: docs/protocol.md section 9.3.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from protocol.envelope.payloads import Inquiry
from protocol.limits import MAX_INQUIRY_IDS
from protocol.ports import Clock
from station_agent.intake.sealing import SealingService, control_draft
from station_agent.store import inquiries, station
from station_agent.store.db import Database, Transaction
from station_agent.store.inquiries import InquiryTimeouts

_DAY_MS = 86_400_000
_PATIENCE = InquiryTimeouts(
    in_custody_ms=2 * _DAY_MS,  # a hub that works passes on within minutes
    elsewhere_ms=14 * _DAY_MS,  # a stick may take a week there, and a week back
    first_pause_ms=2 * _DAY_MS,
    doublings=4,  # at most every 32 days
)
_PULL_PAUSE_MS = 7 * _DAY_MS  # two PCs with one identity notice each other every day

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryService:
    """Asks the county, if there is something to ask."""

    database: Database
    sealing: SealingService
    clock: Clock
    say_where: Callable[[], None]  # answers may have gone where we call no longer

    async def ask(self) -> bool:
        """Seal and queue an inquiry if one is due; whether one was.

        Raises:
            DiskFullError, StoreError: nothing was queued.
        """
        now_ms = self.clock.now_ms()
        inquiry = await self.database.read(lambda tx: _due(tx, now_ms))
        if inquiry is None:
            return False
        await self.sealing.seal(control_draft(inquiry))

        def work(tx: Transaction) -> None:
            inquiries.asked(tx, inquiry.envelopes, now_ms)
            if inquiry.since_ms:
                station.note_pulled(tx, now_ms)

        self.say_where()
        await self.database.write(work)  # if the power goes before it, it is asked twice
        log.info(
            "the county is asked",
            extra={"event": "inquiry.asked", "envelopes": len(inquiry.envelopes)},
        )
        return True


def _due(tx: Transaction, now_ms: int) -> Inquiry | None:
    named = inquiries.stuck(tx, now_ms, _PATIENCE, MAX_INQUIRY_IDS)
    state, since_ms = station.read_state(tx), 0
    if state.pulls and (state.pulled_ms is None or abs(now_ms - state.pulled_ms) > _PULL_PAUSE_MS):
        since_ms = max(min(inquiries.last_word_ms(tx), state.lost_from_ms or 0), 1)
        undecided = inquiries.undecided(tx, MAX_INQUIRY_IDS)
        named = list(dict.fromkeys([*named, *undecided]))[:MAX_INQUIRY_IDS]
    if not named and not since_ms:
        return None
    return Inquiry(envelopes=tuple(named), since_ms=since_ms)
