"""Requests to join that a hub keeps: when there are too many, an honest one is not what goes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.relay.stick.joining import EnrollingStick
from central.relay.stick.service import RelayStick
from protocol.codec import pack
from protocol.errors import LineError
from protocol.ids import NodeId
from protocol.limits import MAX_STICK_JOINS
from protocol.trust.enrolment import JoinParcel
from runtime.sticks.carried import Carried
from runtime.sticks.joins import JoinFolder, JoinName
from tests.central.nodes import County


async def _no_line(_: JoinParcel) -> bytes:
    raise LineError("nobody answers")


@pytest.fixture
async def stick(place: County, tmp_path: Path) -> AsyncIterator[EnrollingStick]:
    async with place.relay(place.hub) as relay:
        yield EnrollingStick(RelayStick(relay.exchanges), relay, _no_line, tmp_path / "joining")


def leave(place: County, folder: Path) -> JoinName:
    """A new station's request, left on a stick."""
    folder.mkdir()
    invitation = place.scene.add_station(place.hub.node)
    parcel, digest = place.scene.machine(invitation).parcel(invitation.code)
    name = JoinName.of(NodeId(parcel.node), digest)
    JoinFolder.on_stick(folder).put_ask(name, pack(parcel))
    return JoinName.carried(parcel)


@pytest.mark.parametrize("answered", [False, True])
async def test_what_is_answered_or_not_expected_makes_room(
    place: County, stick: EnrollingStick, tmp_path: Path, *, answered: bool
) -> None:
    kept = JoinFolder(tmp_path / "joining")
    waiting = leave(place, tmp_path / "first")
    stick._keep(JoinFolder.on_stick(tmp_path / "first"), Carried())
    assert kept.asks() == {waiting}
    someone = NodeId("77" * 8) if answered else place.hub.node  # expected, or joined long ago
    done = [JoinName(f"{someone}-{at:016x}") for at in range(MAX_STICK_JOINS - 1)]
    for name in done:
        (tmp_path / "joining" / f"{name.stem}.ask").write_bytes(b"x")
    if answered:
        (tmp_path / "joining" / f"{done[3].stem}.reply").write_bytes(b"x")
    newest = leave(place, tmp_path / "second")
    stick._keep(JoinFolder.on_stick(tmp_path / "second"), Carried())
    gone = {waiting, newest, *done} - kept.asks()
    assert len(gone) == 1
    assert gone == {done[3]} if answered else gone < {*done}
