"""What a node says of a slip that somebody brings: whose it is, by the roster that it holds.

Source: docs/operations.md, "Slips"; docs/protocol.md section 9.8.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from protocol.errors.slips import SlipForgedError
from protocol.errors.training import TrainingError
from protocol.ids import ApplicationId, NodeId
from protocol.trust.roster import Roster
from protocol.trust.slip import Slip, read_slip
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Call, Handler, handlers
from runtime.control.owner import Operation, Report
from runtime.disk.files import write_new
from runtime.node.slip_page import slip_page


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySlip:
    """A slip, scanned or typed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipShown:
    """What a slip says, after its signature was checked."""

    station: NodeId
    name: str  # of the station, by the roster
    division: str  # as the slip says it
    application: ApplicationId
    envelope: str  # id
    item: str
    number: str  # empty: the station had none
    at_ms: int  # by the clock of the station
    lost: bool  # signed by a PC that was lost and replaced since
    roster: int  # version by which it was judged


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSlipPage:
    """The one file that verifies slips without a network."""

    to: Path  # a new file


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPageSaved:
    """It is on disk."""

    to: str
    roster: int  # version by which it judges


VERIFY = Call("receipt-verify", VerifySlip, SlipShown, reads=True)
PAGE = Call("receipt-page", SaveSlipPage, SlipPageSaved, reads=True)


@dataclass(frozen=True, slots=True)
class SlipVerifier:
    """Answers ``receipt verify`` at station, hub and county, and their pages."""

    roster: Callable[[], Roster]
    training: bool = False  # its roster is of no county: it can judge nothing

    async def verify(self, _: Actor, wanted: VerifySlip, __: Report = silent) -> SlipShown:
        """What the slip says. Whoever has the paper may ask: it names nobody.

        Raises:
            SlipTypedError, SlipUnknownError, SlipForgedError: it proves nothing.
            TrainingError: nobody's slip is judged in training.
        """
        if self.training:
            raise TrainingError
        return verified(self.roster(), wanted.text)

    def page(self) -> bytes:
        """The one file that verifies slips without a network, by the keys that count now.

        Raises:
            TrainingError: it would judge by the keys of no county.
        """
        if self.training:
            raise TrainingError
        return slip_page(self.roster())

    async def save_page(self, _: Actor, wanted: SaveSlipPage, __: Report = silent) -> SlipPageSaved:
        """Write it into a new file. Raises NameTakenError, and as :meth:`page`."""
        await asyncio.to_thread(write_new, wanted.to, self.page())
        return SlipPageSaved(to=str(wanted.to), roster=self.roster().edition.version)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(VERIFY, self.verify), Handler(PAGE, self.save_page))


def verified(roster: Roster, text: str) -> SlipShown:
    """What a slip says by this roster. Raises as :meth:`SlipVerifier.verify`."""
    slip = read_slip(text, roster.signing_keys)
    entry = roster.nodes[slip.reporter]
    return SlipShown(
        station=slip.reporter,
        name=entry.name,
        division=slip.division,
        application=ApplicationId(slip.application.hex()),
        envelope=slip.envelope.hex(),
        item=slip.item,
        number=slip.number,
        at_ms=slip.at_ms,
        lost=_is_lost(roster, slip, text),
        roster=roster.edition.version,
    )


def _is_lost(roster: Roster, slip: Slip, text: str) -> bool:
    """Whether only a key of a lost PC has signed it."""
    try:
        read_slip(text, lambda _: roster.own_keys(slip.reporter))
    except SlipForgedError:
        return True
    return False
