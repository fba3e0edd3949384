"""Who is told what when it is withdrawn or replaced, and which PC sealed an envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.errors import (
    MalformedError,
    NodeDrainingError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    PeerError,
)
from protocol.limits import MAX_DRAINED
from protocol.trust.revocation import Point, closed_to, lost_pc, ordinal, turned_away
from protocol.trust.roster import Drained, RosterEntry, State
from tests.builders.envelopes import HUB, OTHER_STATION, STATION, keys_of, seal
from tests.builders.rosters import SmallAuthority, make_entry, make_nodes

OWN = keys_of(STATION).public()
LOST, OLDER = b"l" * 32, b"o" * 32
TLS, OLD_TLS = b"t" * 32, b"T" * 32


def entry(state: State = State.ACTIVE, **changed: object) -> RosterEntry:
    return make_entry(STATION, state=state, keys=OWN, tls=TLS, **changed)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (State.ACTIVE, None),
        (State.DRAINING, None),
        (State.SUSPENDED, NodeSuspendedError),
        (State.STOPPED, NodeStoppedError),
        (State.RETIRED, NodeRetiredError),
    ],
)
def test_only_who_shows_the_node_s_own_key_is_told_its_state(
    state: State, error: type[PeerError] | None
) -> None:
    assert turned_away(entry(state), TLS) is error
    assert turned_away(entry(state, former_tls=OLD_TLS), OLD_TLS) is error
    assert turned_away(entry(state), b"x" * 32) is None


def test_the_pc_that_was_replaced_is_told_so_whatever_becomes_of_the_new_one() -> None:
    for state in State:
        one = entry(state, drained=(Drained(signing=(LOST, OLDER), tls=(OLD_TLS,)),))
        assert turned_away(one, OLD_TLS) is NodeReplacedError
        assert closed_to(one, LOST) is closed_to(one, OLDER) is NodeReplacedError


def test_a_draining_or_stopped_station_seals_nothing_new() -> None:
    closed = {state: closed_to(entry(state), OWN.signing) for state in State}
    assert {state: error for state, error in closed.items() if error} == {
        State.DRAINING: NodeDrainingError,
        State.STOPPED: NodeStoppedError,
    }
    assert closed_to(None, OWN.signing) is None


def test_an_envelope_is_of_the_pc_that_signed_it() -> None:
    mine, other = seal(b"x"), keys_of(OTHER_STATION).public().signing
    lost = Drained(signing=(other, OWN.signing), upto=3)
    older = Drained(signing=(OLDER,))
    replaced = make_entry(STATION, keys=None, drained=(lost, older))
    assert lost_pc(entry(), mine) is None
    assert lost_pc(entry(drained=(older,)), mine) is None
    assert lost_pc(replaced, mine) == lost
    assert lost_pc(make_entry(STATION, keys=None, drained=(older,)), mine) == older


def test_envelopes_of_a_lost_pc_are_still_signed_by_the_node() -> None:
    lost = Drained(signing=(LOST, OLDER))
    invited = make_entry(STATION, state=State.INVITED, keys=None, drained=(lost,))
    waiting = make_nodes() | {STATION: invited}
    roster = SmallAuthority().roster(1, waiting)
    assert roster.signing_keys(STATION) == (LOST, OLDER)
    assert roster.signing_key(STATION) is None
    assert not roster.may_call(STATION, HUB)
    joined = make_nodes() | {STATION: entry(drained=(lost,), former=(b"f" * 32,))}
    keys = SmallAuthority().roster(1, joined).signing_keys(STATION)
    assert keys == (OWN.signing, b"f" * 32, LOST, OLDER)


@pytest.mark.parametrize(
    "changed",
    [
        {"upto": -1},
        {"upto": 2**53},
        {"drained": [{"signing": [LOST]}] * (MAX_DRAINED + 1)},
        {"drained": [{"signing": []}]},
        {"drained": [{"signing": [LOST] * 5}]},
        {"drained": [{"signing": [LOST], "tls": [TLS] * 3}]},
        {"drained": [{"signing": [LOST], "upto": -1}]},
    ],
)
def test_an_entry_that_no_authority_makes_is_refused(changed: dict[str, object]) -> None:
    plain = {"role": "station", "state": "draining", "code": "451423103201", "name": "独山村"}
    assert unpack(pack(plain | {"upto": 0}), RosterEntry).upto == 0
    with pytest.raises(MalformedError):
        unpack(pack(plain | changed), RosterEntry)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.data())
def test_an_envelope_s_ordinal_counts_all_that_its_pc_sealed_before(
    lengths: list[int], data: st.DataObject
) -> None:
    """Whatever the runs of a PC are; with a first envelope missing it is a lower bound."""
    names = [bytes([at]) * 8 for at in range(len(lengths))]
    preds: dict[bytes, Point | None] = {names[0]: None}
    for before, after in zip(range(len(names)), names[1:], strict=False):
        preds[after] = (names[before], lengths[before])
    run = data.draw(st.integers(0, len(lengths) - 1))
    seq = data.draw(st.integers(1, lengths[run]))
    exact = sum(lengths[:run]) + seq
    assert ordinal((names[run], seq), preds) == (exact, True)
    missing = data.draw(st.integers(0, run))
    del preds[names[missing]]
    assert ordinal((names[run], seq), preds) == (sum(lengths[missing:run]) + seq, False)


def test_a_ring_of_runs_ends() -> None:
    ring: dict[bytes, Point | None] = {b"a": (b"b", 2), b"b": (b"a", 3)}
    assert ordinal((b"a", 1), ring) == (3, False)
