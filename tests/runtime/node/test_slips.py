"""Whoever holds the roster says of a slip whose it is, and whether that PC was lost since."""

import pytest

from protocol.envelope.keys import PublicKeys, SoftwareSigner
from protocol.errors.slips import SlipForgedError, SlipUnknownError
from protocol.ids import NodeId
from protocol.trust.roster import Drained, Role, RosterEntry, State
from protocol.trust.slip import Slip, scanned_text, signed_rows
from runtime.node.slips import verified
from tests.builders.clock import START_MS
from tests.builders.rosters import SmallAuthority

STATION = NodeId("5001451423103201")
NOW, FORMER, LOST, OTHER = (SoftwareSigner(bytes([n]) * 32) for n in (1, 2, 3, 4))
SLIP = Slip(
    station=bytes.fromhex(STATION),
    division="451423103201",
    application=bytes(16),
    envelope=bytes(32),
    item="pension",
    at_ms=START_MS,
)
ENTRY = RosterEntry(
    role=Role.STATION,
    state=State.ACTIVE,
    code="451423103201",
    name="独山村",
    keys=PublicKeys(signing=NOW.public_bytes()),
    former=(FORMER.public_bytes(),),
    drained=(Drained(signing=(LOST.public_bytes(),)),),
)
ROSTER = SmallAuthority().roster(7, {STATION: ENTRY})


def text_of(signer: SoftwareSigner) -> str:
    return scanned_text(signed_rows(signer, SLIP))


@pytest.mark.parametrize(("signer", "lost"), [(NOW, False), (FORMER, False), (LOST, True)])
def test_the_keys_of_a_station_count_and_a_lost_pc_is_named(
    signer: SoftwareSigner, *, lost: bool
) -> None:
    shown = verified(ROSTER, text_of(signer))
    assert (shown.station, shown.name, shown.lost) == (STATION, "独山村", lost)
    assert (shown.item, shown.at_ms, shown.roster) == ("pension", START_MS, ROSTER.version)


def test_another_key_is_forged_and_another_roster_knows_nobody() -> None:
    with pytest.raises(SlipForgedError):
        verified(ROSTER, text_of(OTHER))
    elsewhere = SmallAuthority().roster(7, {NodeId("a" * 16): ENTRY})
    with pytest.raises(SlipUnknownError):
        verified(elsewhere, text_of(NOW))
